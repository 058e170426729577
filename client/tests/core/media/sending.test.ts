import { describe, expect, it } from "vitest";
import { Encoder } from "../../../src/core/media/encoder";
import { cameraEncodings } from "../../../src/core/media/encodings";
import { NO_SEND_LIMITS, type SendLimits, sentOf, type WantedLayers } from "../../../src/core/media/sending";
import { settle } from "../fakes";

const HML = ["h", "m", "l"];
const limits = (change: Partial<SendLimits>): SendLimits => ({ ...NO_SEND_LIMITS, ...change });
const active = (change: Partial<SendLimits>, rids: readonly string[] = HML) =>
  sentOf("camera", rids, limits(change))
    .filter((one) => one.active)
    .map(({ rid }) => rid)
    .join("");

describe("the camera's layers", () => {
  it.each<[string, Partial<SendLimits>, string]>([
    ["all, until the server says what is wanted", {}, "hml"],
    ["those that are wanted", { wanted: { camera: ["l", "m"] } }, "ml"],
    ["none that nobody takes", { wanted: { camera: [] } }, ""],
    ["none above what the device allows", { ceiling: "m" }, "ml"],
    ["the lower of both", { wanted: { camera: ["l"] }, ceiling: "m" }, "l"],
    ["the ceiling, where all that is wanted is above it", { wanted: { camera: ["h"] }, ceiling: "l" }, "l"],
    ["of another kind say nothing", { wanted: { screen: [] } }, "hml"],
  ])("%s", (_, change, expected) => {
    expect(active(change)).toBe(expected);
  });

  it("are one plain stream in some browsers: the highest that would be sent", () => {
    expect(sentOf("camera", [""], limits({ ceiling: "m" }))).toMatchObject([
      { rid: "", active: true, maxBitrate: 350_000, scale: 2 },
    ]);
    expect(sentOf("camera", [""], limits({ wanted: { camera: [] } }))).toMatchObject([{ active: false }]);
  });
});

describe("a shared screen", () => {
  it("keeps its size when data are saved, and moves less", () => {
    expect(sentOf("screen", [""], limits({ frugal: true, ceiling: "l" }))).toEqual([
      { rid: "", active: true, maxBitrate: 500_000, maxFramerate: 5, scale: 1 },
    ]);
  });

  it("is not sent when nobody takes it", () => {
    expect(sentOf("screen", [""], limits({ wanted: { screen: [] } }))[0]?.active).toBe(false);
  });
});

describe("the encoder", () => {
  function sender(encodings: RTCRtpEncodingParameters[]) {
    const taken: string[] = [];
    const waiting: (() => void)[] = [];
    let parameters = { encodings } as RTCRtpSendParameters;
    return {
      taken,
      release: async () => {
        waiting.shift()?.();
        await settle();
      },
      parameters: () => parameters,
      getParameters: () => structuredClone(parameters),
      setParameters: async (changed: RTCRtpSendParameters) => {
        await new Promise<void>((done) => waiting.push(done));
        parameters = changed;
        taken.push(changed.encodings.map((one) => (one.active === false ? "-" : one.rid)).join(""));
      },
    };
  }
  const wanting = (camera: WantedLayers["camera"]) => limits({ wanted: camera ? { camera } : {} });

  it("makes one change at a time, and of many only the last", async () => {
    const camera = sender(cameraEncodings());
    const encoder = new Encoder(camera, "camera");
    void encoder.limit(wanting([]));
    void encoder.limit(wanting(["l"]));
    const done = encoder.limit(wanting(["l", "m"]));
    await settle();
    await camera.release();
    await camera.release();
    await done;
    expect(camera.taken).toEqual(["---", "-ml"]);
  });

  it("asks for nothing that is so already, and leaves sizes alone", async () => {
    const camera = sender(cameraEncodings().map((one) => ({ ...one, active: true })));
    await new Encoder(camera, "camera").limit(NO_SEND_LIMITS);
    expect(camera.taken).toEqual([]);
    expect(camera.parameters().encodings[0]).toMatchObject({ scaleResolutionDownTo: { maxHeight: 720 } });
  });

  it("keeps a screen sharp: fewer frames before fewer pixels", async () => {
    const screen = sender([{}]);
    const done = new Encoder(screen, "screen").limit(NO_SEND_LIMITS);
    await settle();
    await screen.release();
    await done;
    expect(screen.parameters()).toMatchObject({ degradationPreference: "maintain-resolution" });
  });
});
