import { describe, expect, it } from "vitest";
import { cameraConstraints, cameraEncodings, codecPreferences } from "../../../src/core/media/encodings";

const codec = (mimeType: string, sdpFmtpLine = ""): RTCRtpCodec => ({
  mimeType,
  sdpFmtpLine,
  clockRate: 90_000,
});
const capabilities = (...codecs: RTCRtpCodec[]): RTCRtpCapabilities => ({ codecs, headerExtensions: [] });
const names = (codecs: RTCRtpCodec[] | undefined) =>
  codecs?.map(({ mimeType }) => mimeType.slice(6)).join(" ");

const VP8 = codec("video/VP8");
const RTX = codec("video/rtx");
const AV1 = codec("video/AV1");
const H264 = codec("video/H264", "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f");
const H264_HIGH = codec("video/H264", "packetization-mode=1;profile-level-id=640032");
const H264_SINGLE = codec("video/H264", "packetization-mode=0;profile-level-id=42e01f");
const ALL = capabilities(H264_HIGH, H264_SINGLE, H264, RTX, VP8, AV1);

describe("codec preferences", () => {
  it("send VP8, and receive what others may send instead", () => {
    expect(names(codecPreferences("video", "source", ALL))).toBe("VP8 rtx");
    expect(codecPreferences("video", "slot", ALL)).toEqual([VP8, H264, RTX]);
  });

  it("send H.264 where there is no VP8, of the profile that everybody has", () => {
    const without = capabilities(H264_HIGH, H264_SINGLE, H264, RTX);
    expect(codecPreferences("video", "source", without)).toEqual([H264, RTX]);
    expect(codecPreferences("video", "slot", without)).toEqual([H264, RTX]);
  });

  it("send H.264 instead if asked to, and if the browser can", () => {
    expect(codecPreferences("video", "source", ALL, "h264")).toEqual([H264, RTX]);
    expect(codecPreferences("video", "slot", ALL, "h264")).toEqual([VP8, H264, RTX]);
    expect(codecPreferences("video", "source", capabilities(VP8, RTX), "h264")).toEqual([VP8, RTX]);
  });

  it("are Opus before RED", () => {
    const all = capabilities(codec("audio/red"), codec("audio/opus"), codec("audio/PCMU"));
    expect(names(codecPreferences("audio", "source", all))).toBe("opus red");
  });

  it("leave a browser alone that has none of them, or does not say", () => {
    expect(codecPreferences("video", "source", capabilities(AV1, H264_HIGH, RTX))).toBeUndefined();
    expect(codecPreferences("video", "slot", null)).toBeUndefined();
    expect(codecPreferences("audio", "slot", null)).toBeUndefined();
  });
});

it("the camera has three layers, highest first, each with both ways to say its size", () => {
  expect(cameraEncodings()).toMatchObject([
    { rid: "h", scaleResolutionDownBy: 1, scaleResolutionDownTo: { maxWidth: 1280, maxHeight: 720 } },
    { rid: "m", scaleResolutionDownBy: 2, scaleResolutionDownTo: { maxWidth: 640, maxHeight: 360 } },
    { rid: "l", scaleResolutionDownBy: 4, scaleResolutionDownTo: { maxWidth: 320, maxHeight: 180 } },
  ]);
});

it("each layer of the camera has two temporal layers, so that every second picture can be left out", () => {
  expect(cameraEncodings()).toMatchObject(Array(3).fill({ scalabilityMode: "L1T2" }));
});

it("an old machine captures fewer lines; a chosen camera is wished for, not demanded", () => {
  expect(cameraConstraints(null, 4)).toMatchObject({ width: { ideal: 960 }, height: { ideal: 540 } });
  expect(cameraConstraints("cam", 8)).toMatchObject({ deviceId: { ideal: "cam" }, width: { ideal: 1280 } });
});
