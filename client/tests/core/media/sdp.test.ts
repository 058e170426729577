import { describe, expect, it } from "vitest";
import { withAudioRepair } from "../../../src/core/media/sdp";

const lines = (...all: string[]): string => `${all.join("\r\n")}\r\n`;

describe("withAudioRepair", () => {
  it("asks for Opus in every audio section, and changes nothing else", () => {
    const offer = lines(
      "v=0",
      "m=audio 9 UDP/TLS/RTP/SAVPF 63 111",
      "a=rtpmap:63 red/48000/2",
      "a=rtpmap:111 opus/48000/2",
      "a=rtcp-fb:111 transport-cc",
      "m=video 9 UDP/TLS/RTP/SAVPF 96",
      "a=rtpmap:96 VP8/90000",
      "m=audio 9 UDP/TLS/RTP/SAVPF 109",
      "a=rtpmap:109 opus/48000/2",
    );
    expect(withAudioRepair(offer)).toBe(
      lines(
        "v=0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 63 111",
        "a=rtpmap:63 red/48000/2",
        "a=rtpmap:111 opus/48000/2",
        "a=rtcp-fb:111 nack",
        "a=rtcp-fb:111 transport-cc",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "a=rtpmap:96 VP8/90000",
        "m=audio 9 UDP/TLS/RTP/SAVPF 109",
        "a=rtpmap:109 opus/48000/2",
        "a=rtcp-fb:109 nack",
      ),
    );
  });

  it("leaves an offer alone that asks already, or has no Opus", () => {
    const asks = withAudioRepair(lines("m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2"));
    expect(withAudioRepair(asks)).toBe(asks);
    const none = lines("m=audio 9 UDP/TLS/RTP/SAVPF 0", "a=rtpmap:0 PCMU/8000");
    expect(withAudioRepair(none)).toBe(none);
  });
});
