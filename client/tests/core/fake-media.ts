/** WebRTC and media devices without a browser, in the habit of mediasoup-client's FakeHandler: state and events, no media. */

export class FakeTrack extends EventTarget {
  enabled = true;
  readyState: MediaStreamTrackState = "live";
  contentHint = "";
  onended: (() => void) | null = null;

  constructor(
    readonly kind: "audio" | "video",
    readonly label = "",
  ) {
    super();
  }

  stop(): void {
    this.readyState = "ended";
  }

  /** The device was unplugged, or the browser's bar was used. */
  end(): void {
    this.readyState = "ended";
    this.onended?.();
  }
}

export class FakeStream {
  constructor(private readonly tracks: FakeTrack[] = []) {}
  getTracks(): FakeTrack[] {
    return this.tracks;
  }
  getVideoTracks(): FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === "video");
  }
  getAudioTracks(): FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === "audio");
  }
}

export class FakeTransceiver {
  mid: string | null = null;
  readonly sender = {
    track: null as unknown,
    replaceTrack: async (track: unknown): Promise<void> => {
      this.sender.track = track;
    },
    getParameters: () => structuredClone(this.parameters),
    setParameters: async (parameters: RTCRtpSendParameters): Promise<void> => {
      this.parameters = structuredClone(parameters);
    },
  };
  readonly receiver: { track: FakeTrack };
  codecs: unknown[] = [];
  parameters: RTCRtpSendParameters;

  constructor(
    readonly kind: "audio" | "video",
    readonly init: RTCRtpTransceiverInit,
  ) {
    const encodings = init.sendEncodings ?? [{}];
    this.parameters = { transactionId: "", codecs: [], headerExtensions: [], rtcp: {}, encodings };
    this.receiver = { track: new FakeTrack(kind) };
  }

  setCodecPreferences(codecs: unknown[]): void {
    this.codecs = codecs;
  }
}

export class FakePeerConnection {
  readonly transceivers: FakeTransceiver[] = [];
  readonly offers: RTCOfferOptions[] = [];
  connectionState: RTCPeerConnectionState = "new";
  signalingState: RTCSignalingState = "stable";
  remoteDescription: RTCSessionDescriptionInit | null = null;
  onconnectionstatechange: (() => void) | null = null;
  configuration: RTCConfiguration;
  bytesReceived = 0;

  constructor(configuration: RTCConfiguration) {
    this.configuration = configuration;
  }

  addTransceiver(kind: "audio" | "video", init: RTCRtpTransceiverInit = {}): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind, init);
    this.transceivers.push(transceiver);
    return transceiver;
  }

  async createOffer(options: RTCOfferOptions = {}): Promise<RTCSessionDescriptionInit> {
    this.offers.push(options);
    return { type: "offer", sdp: `offer ${this.offers.length} of ${this.transceivers.length}` };
  }

  async setLocalDescription(): Promise<void> {
    this.signalingState = "have-local-offer";
    this.transceivers.forEach((transceiver, index) => {
      transceiver.mid = String(index);
    });
  }

  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.signalingState = "stable";
    this.remoteDescription = description;
  }

  getConfiguration(): RTCConfiguration {
    return this.configuration;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  async getStats(): Promise<Map<string, object>> {
    return new Map([
      ["pair", { type: "candidate-pair", bytesReceived: this.bytesReceived, nominated: true }],
    ]);
  }

  close(): void {
    this.connectionState = "closed";
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  /** What is sent: microphone, camera, screen, screen's sound. */
  get sent(): unknown[] {
    return this.transceivers.slice(0, 4).map(({ sender }) => sender.track);
  }
}

/** navigator.mediaDevices of a machine with one microphone and one camera, unless `failure` says otherwise. */
export class FakeMediaDevices {
  failure: DOMException | null = null;
  readonly opened: { constraints: MediaStreamConstraints; track: FakeTrack }[] = [];
  screen: FakeStream = new FakeStream([new FakeTrack("video"), new FakeTrack("audio")]);
  private waiting: (() => void)[] | null = null;

  /** From now on opening waits until `release`. */
  hold(): void {
    this.waiting = [];
  }

  release(): void {
    for (const go of this.waiting ?? []) go();
    this.waiting = null;
  }

  async getUserMedia(constraints: MediaStreamConstraints): Promise<FakeStream> {
    if (this.waiting) await new Promise<void>((go) => this.waiting?.push(go));
    if (this.failure) throw this.failure;
    const kinds = (["audio", "video"] as const).filter((kind) => constraints[kind]);
    const tracks = kinds.map((kind) => new FakeTrack(kind));
    for (const track of tracks) this.opened.push({ constraints, track });
    return new FakeStream(tracks);
  }

  async getDisplayMedia(): Promise<FakeStream> {
    if (this.failure) throw this.failure;
    return this.screen;
  }

  async enumerateDevices(): Promise<Partial<MediaDeviceInfo>[]> {
    return [
      { kind: "audioinput", deviceId: "mic-1", label: "Headset" },
      { kind: "videoinput", deviceId: "cam-1", label: "Webcam" },
      { kind: "audiooutput", deviceId: "", label: "" },
    ];
  }

  addEventListener(): void {}

  get last(): FakeTrack {
    const opened = this.opened.at(-1);
    if (!opened) throw new Error("nothing was opened");
    return opened.track;
  }
}
