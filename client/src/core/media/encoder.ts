/**
 * Brings what is to be sent of one picture to its RTCRtpSender. The browser takes one `setParameters` at a time, made from
 * its newest `getParameters` (W3C webrtc-pc section 5.2): changes that come meanwhile are made together afterwards.
 */
import { NO_SEND_LIMITS, type PictureKind, type SendLimits, type Sent, sentOf } from "./sending";

/** lib.dom lacks the member (W3C webrtc-extensions; Chromium has it). */
interface SendParameters extends RTCRtpSendParameters {
  degradationPreference?: "maintain-resolution" | "maintain-framerate" | "balanced";
}

export class Encoder {
  private limits: SendLimits = NO_SEND_LIMITS;
  private running: Promise<void> | null = null;

  constructor(
    private readonly sender: Pick<RTCRtpSender, "getParameters" | "setParameters">,
    private readonly kind: PictureKind,
  ) {}

  /** Resolves when the browser has taken the newest limits, or refused them. */
  limit(limits: SendLimits): Promise<void> {
    this.limits = limits;
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async run(): Promise<void> {
    for (let applied: SendLimits | null = null; applied !== this.limits; ) {
      applied = this.limits;
      const parameters: SendParameters = this.sender.getParameters();
      if (!parameters.encodings?.length) return;
      const rids = parameters.encodings.map(({ rid }) => rid ?? "");
      const sent = sentOf(this.kind, rids, applied);
      let changed = false;
      parameters.encodings.forEach((encoding, index) => {
        const wanted = sent[index];
        if (wanted && change(encoding, wanted)) changed = true;
      });
      // A picture of text that gets smaller cannot be read any more; one that moves less can.
      if (this.kind === "screen" && parameters.degradationPreference !== "maintain-resolution") {
        parameters.degradationPreference = "maintain-resolution";
        changed = true;
      }
      if (changed) await this.sender.setParameters(parameters);
    }
  }
}

/** Says whether anything differs. Sizes of named layers are set once for all, with the transceiver. */
function change(encoding: RTCRtpEncodingParameters, { rid, scale, ...wanted }: Sent): boolean {
  const before = JSON.stringify(encoding);
  Object.assign(encoding, wanted);
  if (rid === "") encoding.scaleResolutionDownBy = scale;
  return JSON.stringify(encoding) !== before;
}
