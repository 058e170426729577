import { describe, expect, it } from "vitest";
import { DeviceOpener } from "../../../src/core/local/opener";
import { FakeStream, FakeTrack } from "../fake-media";

/** Answers questions: `fails` says for each whether it fails. */
function browser(fails: (constraints: MediaStreamConstraints) => string | null = () => null) {
  const questions: string[] = [];
  const getUserMedia = async (constraints: MediaStreamConstraints): Promise<MediaStream> => {
    questions.push(Object.keys(constraints).sort().join("+"));
    const problem = fails(constraints);
    if (problem) throw new DOMException("no", problem);
    const tracks = [
      ...(constraints.audio ? [new FakeTrack("audio")] : []),
      ...(constraints.video ? [new FakeTrack("video")] : []),
    ];
    return new FakeStream(tracks) as unknown as MediaStream;
  };
  return { questions, opener: new DeviceOpener({ getUserMedia }, 2) };
}

const kinds = (tracks: PromiseSettledResult<MediaStreamTrack>[]) =>
  tracks.map((one) => (one.status === "fulfilled" ? one.value.kind : (one.reason as DOMException).name));

const both = (opener: DeviceOpener) =>
  Promise.allSettled([opener.open("microphone", null), opener.open("camera", null)]);

describe("opening devices", () => {
  it("asks once for what is wanted at the same time", async () => {
    const { questions, opener } = browser();
    expect(kinds(await both(opener))).toEqual(["audio", "video"]);
    expect(questions).toEqual(["audio+video"]);
  });

  it("asks for one device alone", async () => {
    const { questions, opener } = browser();
    expect((await opener.open("camera", null)).kind).toBe("video");
    expect((await opener.open("microphone", null)).kind).toBe("audio");
    expect(questions).toEqual(["video", "audio"]);
  });

  it("takes a no for both, and does not ask again", async () => {
    const { questions, opener } = browser(() => "NotAllowedError");
    expect(kinds(await both(opener))).toEqual(["NotAllowedError", "NotAllowedError"]);
    expect(questions).toEqual(["audio+video"]);
  });

  it("opens the one that is there when the other is missing", async () => {
    const { questions, opener } = browser(({ video }) => (video ? "NotFoundError" : null));
    expect(kinds(await both(opener))).toEqual(["audio", "NotFoundError"]);
    expect(questions).toEqual(["audio+video", "audio", "video"]);
  });

  it("keeps two openings of the same kind apart", async () => {
    const { questions, opener } = browser();
    await Promise.all([opener.open("camera", "one"), opener.open("camera", "two")]);
    expect(questions).toEqual(["video", "video"]);
  });
});
