/**
 * Opens microphones and cameras, and asks once for both: some browsers put a question for every call of getUserMedia, and two
 * questions in a row look like a fault to whoever sees them for the first time.
 */
import { cameraConstraints, microphoneConstraints } from "../media/encodings";

type Kind = "microphone" | "camera";

interface Request {
  readonly kind: Kind;
  readonly constraints: MediaTrackConstraints;
  readonly resolve: (track: MediaStreamTrack) => void;
  readonly reject: (error: unknown) => void;
}

export class DeviceOpener {
  private waiting: Request[] = [];

  constructor(
    private readonly mediaDevices: Pick<MediaDevices, "getUserMedia">,
    private readonly processors: number,
    private readonly noiseSuppression: () => boolean = () => true,
  ) {}

  /** The track of the chosen device, or of the one the system prefers. Rejects as getUserMedia does. */
  open(kind: Kind, deviceId: string | null): Promise<MediaStreamTrack> {
    const constraints =
      kind === "microphone"
        ? microphoneConstraints(deviceId, this.noiseSuppression())
        : cameraConstraints(deviceId, this.processors);
    return new Promise((resolve, reject) => {
      this.waiting.push({ kind, constraints, resolve, reject });
      // What is asked for in the same turn of the loop goes into the same question.
      if (this.waiting.length === 1) queueMicrotask(() => void this.ask());
    });
  }

  private async ask(): Promise<void> {
    const requests = this.waiting;
    this.waiting = [];
    const [first, second] = requests;
    if (requests.length !== 2 || !first || !second || first.kind === second.kind) {
      await Promise.all(requests.map((request) => this.askFor(request)));
      return;
    }
    const [microphone, camera] = first.kind === "microphone" ? [first, second] : [second, first];
    try {
      const stream = await this.mediaDevices.getUserMedia({
        audio: microphone.constraints,
        video: camera.constraints,
      });
      // getUserMedia gives a track for each kind that was asked for, or fails (Media Capture and Streams, section 10.3).
      microphone.resolve(stream.getAudioTracks()[0] as MediaStreamTrack);
      camera.resolve(stream.getVideoTracks()[0] as MediaStreamTrack);
    } catch (error) {
      if (error instanceof DOMException && error.name === "NotAllowedError") {
        for (const request of requests) request.reject(error);
        return;
      }
      // One of the two is missing or busy: the other must still open, and each has a reason of its own.
      await Promise.all(requests.map((request) => this.askFor(request)));
    }
  }

  private async askFor({ kind, constraints, resolve, reject }: Request): Promise<void> {
    try {
      const stream = await this.mediaDevices.getUserMedia(
        kind === "microphone" ? { audio: constraints } : { video: constraints },
      );
      resolve(stream.getTracks()[0] as MediaStreamTrack);
    } catch (error) {
      reject(error);
    }
  }
}
