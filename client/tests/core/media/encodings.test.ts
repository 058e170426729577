import { describe, expect, it } from "vitest";
import { cameraConstraints, cameraEncodings, codecPreferences } from "../../../src/core/media/encodings";

const codec = (mimeType: string, clockRate = 90_000): RTCRtpCodec => ({ mimeType, clockRate });

describe("codec preferences", () => {
  it("are VP8 and its repair, whatever else the browser has", () => {
    const codecs = ["video/H264", "video/rtx", "video/VP8", "video/AV1"].map((name) => codec(name));
    const preferred = codecPreferences("video", { codecs, headerExtensions: [] });
    expect(preferred?.map(({ mimeType }) => mimeType)).toEqual(["video/VP8", "video/rtx"]);
  });

  it("are Opus before RED", () => {
    const codecs = ["audio/red", "audio/opus", "audio/PCMU"].map((name) => codec(name, 48_000));
    const preferred = codecPreferences("audio", { codecs, headerExtensions: [] });
    expect(preferred?.map(({ mimeType }) => mimeType)).toEqual(["audio/opus", "audio/red"]);
  });

  it("leave a browser alone that has none of them, or does not say", () => {
    expect(
      codecPreferences("video", { codecs: [codec("video/H264")], headerExtensions: [] }),
    ).toBeUndefined();
    expect(codecPreferences("video", null)).toBeUndefined();
  });
});

it("the camera has three layers, highest first, each with both ways to say its size", () => {
  expect(cameraEncodings()).toMatchObject([
    { rid: "h", scaleResolutionDownBy: 1, scaleResolutionDownTo: { maxWidth: 1280, maxHeight: 720 } },
    { rid: "m", scaleResolutionDownBy: 2, scaleResolutionDownTo: { maxWidth: 640, maxHeight: 360 } },
    { rid: "l", scaleResolutionDownBy: 4, scaleResolutionDownTo: { maxWidth: 320, maxHeight: 180 } },
  ]);
});

it("an old machine captures fewer lines; a chosen camera is wished for, not demanded", () => {
  expect(cameraConstraints(null, 4)).toMatchObject({ width: { ideal: 960 }, height: { ideal: 540 } });
  expect(cameraConstraints("cam", 8)).toMatchObject({ deviceId: { ideal: "cam" }, width: { ideal: 1280 } });
});
