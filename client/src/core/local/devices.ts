/**
 * The person's own microphone, camera and screen: opens, switches and closes them, and says what went wrong. It knows nothing
 * of the room; `changed` tells whoever publishes.
 *
 * A microphone that is off stays open but silent and is not sent, because some (Bluetooth) need seconds to open; a camera that is
 * off is closed, so that its light goes out.
 */
import { batch, type Signal, signal } from "@preact/signals";
import type { MediaFlags, PublicationKind } from "../../generated/protocol";
import type { DeviceList, DeviceProblem, LocalMedia } from "../api";
import { screenConstraints } from "../media/encodings";
import type { Store } from "../store";
import type { LevelMeter } from "./level";
import { DeviceOpener } from "./opener";
import { problemOf, screenProblemOf } from "./problems";
import { Processing } from "./processing";

export interface DevicePorts {
  /** Absent in an insecure origin or an old browser. */
  readonly mediaDevices: MediaDevices | undefined;
  readonly processors: number;
  readonly store: Store;
  readonly chime: (speakerId: string | null) => Promise<void>;
  /** What is to be sent from now on; null: nothing. */
  readonly publish: (kind: PublicationKind, track: MediaStreamTrack | null) => void;
  /** Something was turned on or off: tells the room. Rejects when the room refuses. */
  readonly announce: () => Promise<void>;
  /** A device that was on is gone, and there is no other. */
  readonly lost: (kind: "microphone" | "camera") => void;
  readonly makeMeter: (measured: (level: number) => void) => LevelMeter;
}

type Chosen = Pick<DeviceList, "microphoneId" | "cameraId" | "speakerId">;

const NOTHING_CHOSEN: Chosen = { microphoneId: null, cameraId: null, speakerId: null };

export class LocalDevices implements LocalMedia {
  readonly devices: Signal<DeviceList>;
  readonly cameraStream = signal<MediaStream | null>(null);
  readonly screenStream = signal<MediaStream | null>(null);
  readonly microphoneOn = signal(false);
  readonly cameraOn = signal(false);
  readonly screenOn = signal(false);
  readonly microphoneLevel = signal(0);
  readonly microphoneProblem = signal<DeviceProblem | null>(null);
  readonly cameraProblem = signal<DeviceProblem | null>(null);
  readonly screenProblem = signal<DeviceProblem | null>(null);
  readonly processing: Processing;
  private microphone: MediaStreamTrack | null = null;
  private readonly meter: LevelMeter;
  private readonly opener: DeviceOpener | null;
  /** What the person asked for last, by device: an opening that ends after another click is thrown away. */
  private readonly wish = { microphone: 0, camera: 0, screen: 0 };

  constructor(private readonly ports: DevicePorts) {
    this.meter = ports.makeMeter((level) => {
      this.microphoneLevel.value = level;
    });
    this.processing = new Processing(ports.store);
    const { mediaDevices, processors } = ports;
    this.opener = mediaDevices?.getUserMedia
      ? new DeviceOpener(mediaDevices, processors, () => this.processing.noiseSuppression.peek())
      : null;
    const chosen = { ...NOTHING_CHOSEN, ...ports.store.read<Partial<Chosen>>("devices") };
    this.devices = signal({ microphones: [], cameras: [], speakers: [], ...chosen });
    mediaDevices?.addEventListener?.("devicechange", () => void this.enumerate());
    void this.enumerate();
  }

  async setMicrophone(on: boolean): Promise<void> {
    const wish = ++this.wish.microphone;
    if (!on) {
      if (this.microphone) this.microphone.enabled = false;
      this.microphoneOn.value = false;
      this.meter.follow(null);
      this.ports.publish("microphone", null);
      return this.ports.announce();
    }
    if (this.microphone?.readyState !== "live") {
      const track = await this.open("microphone");
      if (wish !== this.wish.microphone) return track?.stop();
      if (!track) return;
      this.takeMicrophone(track);
    }
    this.useMicrophone();
    await this.ports.announce();
  }

  async setCamera(on: boolean): Promise<void> {
    const wish = ++this.wish.camera;
    if (!on) this.closeCamera();
    else if (!this.cameraOn.value) {
      const track = await this.open("camera");
      if (wish !== this.wish.camera) return track?.stop();
      if (!track) return;
      this.useCamera(track);
    }
    await this.ports.announce();
  }

  async setScreen(on: boolean): Promise<void> {
    const wish = ++this.wish.screen;
    if (on) await this.openScreen(wish);
    else this.closeScreen();
    await this.ports.announce();
  }

  private async openScreen(wish: number): Promise<void> {
    const { mediaDevices } = this.ports;
    if (!mediaDevices?.getDisplayMedia) {
      this.screenProblem.value = "unsupported";
      return;
    }
    try {
      const stream = await mediaDevices.getDisplayMedia(screenConstraints());
      if (wish === this.wish.screen) this.useScreen(stream);
      else stop(stream);
    } catch (error) {
      this.screenProblem.value = screenProblemOf(error);
    }
  }

  async chooseMicrophone(deviceId: string): Promise<void> {
    this.choose({ microphoneId: deviceId });
    await this.reopenMicrophone();
  }

  async setNoiseSuppression(on: boolean): Promise<void> {
    const applied = await this.processing.setNoiseSuppression(on, this.microphone);
    if (!applied) await this.reopenMicrophone();
  }

  async setBackgroundBlur(on: boolean): Promise<void> {
    await this.processing.setBackgroundBlur(on);
  }

  private async reopenMicrophone(): Promise<void> {
    const wish = this.wish.microphone;
    const on = this.microphoneOn.value;
    if (!this.microphone) return;
    const track = on ? await this.open("microphone") : null;
    if (on && (!track || wish !== this.wish.microphone)) return track?.stop();
    this.microphone.stop();
    this.microphone = null;
    if (!track) return;
    this.takeMicrophone(track);
    this.useMicrophone();
  }

  async chooseCamera(deviceId: string): Promise<void> {
    this.choose({ cameraId: deviceId });
    if (!this.cameraOn.value) return;
    const wish = ++this.wish.camera;
    // Some systems cannot open a second camera while the first is open.
    if (this.cameraStream.value) stop(this.cameraStream.value);
    const track = await this.open("camera");
    if (wish !== this.wish.camera) return track?.stop();
    if (track) this.useCamera(track);
    else this.closeCamera();
  }

  async chooseSpeaker(deviceId: string): Promise<void> {
    this.choose({ speakerId: deviceId });
  }

  async testSpeaker(): Promise<void> {
    await this.ports.chime(this.devices.value.speakerId);
  }

  /** Everything is closed: the person left. */
  close(): void {
    this.turnOff("microphone");
    this.microphone?.stop();
    this.microphone = null;
    this.turnOff("camera");
    this.turnOff("screen");
  }

  /** Not by the person's own click. */
  turnOff(flag: keyof MediaFlags): void {
    const off = {
      microphone: () => this.setMicrophone(false),
      camera: () => this.setCamera(false),
      screen: () => this.setScreen(false),
    };
    // What the room makes of it changes nothing here: it is off.
    off[flag]().catch(() => {});
  }

  /** What is on now. */
  get flags(): MediaFlags {
    return {
      microphone: this.microphoneOn.peek(),
      camera: this.cameraOn.peek(),
      screen: this.screenOn.peek(),
    };
  }

  private async open(kind: "microphone" | "camera"): Promise<MediaStreamTrack | null> {
    const problem = kind === "microphone" ? this.microphoneProblem : this.cameraProblem;
    const { microphoneId, cameraId } = this.devices.value;
    if (!this.opener) {
      problem.value = "unsupported";
      return null;
    }
    try {
      const track = await this.opener.open(kind, kind === "microphone" ? microphoneId : cameraId);
      problem.value = null;
      void this.enumerate();
      return track;
    } catch (error) {
      problem.value = problemOf(error);
      return null;
    }
  }

  private takeMicrophone(track: MediaStreamTrack): void {
    this.microphone?.stop();
    this.microphone = track;
    track.onended = () => {
      if (this.microphone !== track) return;
      this.microphone = null;
      void this.replaceLost("microphone");
    };
  }

  private useMicrophone(): void {
    const { microphone } = this;
    if (!microphone) return;
    microphone.enabled = true;
    this.microphoneOn.value = true;
    this.meter.follow(microphone);
    this.ports.publish("microphone", microphone);
  }

  private useCamera(track: MediaStreamTrack): void {
    track.contentHint = "motion";
    track.onended = () => {
      if (this.cameraStream.value?.getTracks().includes(track)) void this.replaceLost("camera");
    };
    batch(() => {
      this.cameraStream.value = new MediaStream([track]);
      this.cameraOn.value = true;
    });
    this.ports.publish("camera", track);
    void this.processing.useCamera(track);
  }

  private closeCamera(): void {
    if (this.cameraStream.value) stop(this.cameraStream.value);
    batch(() => {
      this.cameraStream.value = null;
      this.cameraOn.value = false;
    });
    this.ports.publish("camera", null);
    void this.processing.useCamera(null);
  }

  private useScreen(stream: MediaStream): void {
    const [video] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    if (!video) return;
    if (this.screenStream.value) stop(this.screenStream.value);
    video.contentHint = "detail";
    if (audio) audio.contentHint = "music";
    // The browser's own "Stop sharing" bar.
    video.onended = () => {
      if (this.screenStream.value === stream) this.turnOff("screen");
    };
    batch(() => {
      this.screenProblem.value = null;
      this.screenStream.value = stream;
      this.screenOn.value = true;
    });
    this.ports.publish("screen", video);
    this.ports.publish("screen_audio", audio ?? null);
  }

  private closeScreen(): void {
    if (this.screenStream.value) stop(this.screenStream.value);
    batch(() => {
      this.screenStream.value = null;
      this.screenOn.value = false;
    });
    this.ports.publish("screen", null);
    this.ports.publish("screen_audio", null);
  }

  /** A device was unplugged: what was on goes on with another one, if there is one; what was off stays off. */
  private async replaceLost(kind: "microphone" | "camera"): Promise<void> {
    if (!this.flags[kind]) return;
    const set = (on: boolean) => (kind === "microphone" ? this.setMicrophone(on) : this.setCamera(on));
    this.turnOff(kind);
    await set(true).catch(() => {});
    if (!this.flags[kind]) this.ports.lost(kind);
  }

  private async enumerate(): Promise<void> {
    const found = (await this.ports.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
    // Before the first permission the browser lists devices without names or ids: nothing to choose from.
    const of = (kind: MediaDeviceKind) => found.filter((one) => one.kind === kind && one.deviceId !== "");
    this.devices.value = {
      ...this.devices.value,
      microphones: of("audioinput"),
      cameras: of("videoinput"),
      speakers: of("audiooutput"),
    };
  }

  private choose(choice: Partial<Chosen>): void {
    this.devices.value = { ...this.devices.value, ...choice };
    const { microphoneId, cameraId, speakerId } = this.devices.value;
    this.ports.store.write("devices", { microphoneId, cameraId, speakerId });
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    track.onended = null;
    track.stop();
  }
}
