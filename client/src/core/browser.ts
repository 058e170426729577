/** The browser's edge: what of the page the classroom uses, in the form in which tests can give their own. */
import { systemClock } from "./clock";
import type { TestAnswer } from "./connection-test";
import type { LivePorts } from "./live";
import { analyse, chime } from "./local/audio";
import { LevelMeter } from "./local/level";
import { measureLongTasks } from "./long-tasks";
import { hiddenAudioElement } from "./media/speaker";
import type { Socket, SocketEvents } from "./socket";
import { Store, sessionStore, storageArea } from "./store";
import { describeBrowser } from "./user-agent";

/** The server that this page came from. */
export function socketAddress(location: Location): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws`;
}

export function openWebSocket(address: string, events: SocketEvents): Socket {
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => events.opened();
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) events.received(data);
  };
  socket.onclose = ({ code }) => events.closed(code);
  return {
    send: (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
    },
    close: () => socket.close(),
  };
}

/** `?debug&transport=relay`: everything by way of TURN, to see (and test) that it works. */
function transportPolicy(location: Location): RTCIceTransportPolicy {
  const options = new URLSearchParams(location.search);
  return options.has("debug") && options.get("transport") === "relay" ? "relay" : "all";
}

/** Asks the server that this page came from to take part in a connection test. */
export async function askForTest(location: Location, token: string, sdp: string): Promise<TestAnswer> {
  const reply = await fetch(new URL("/api/connection-test", location.origin), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, sdp }),
    cache: "no-store",
    credentials: "omit",
  });
  if (!reply.ok) throw new Error(`connection test: ${reply.status}`);
  return (await reply.json()) as TestAnswer;
}

/** `?debug&codec=h264`: as a browser that has no VP8 sends. */
function videoCodec(location: Location): "h264" | null {
  const options = new URLSearchParams(location.search);
  return options.has("debug") && options.get("codec") === "h264" ? "h264" : null;
}

export function browserPorts(location: Location): LivePorts {
  const address = socketAddress(location);
  const iceTransportPolicy = transportPolicy(location);
  return {
    clock: systemClock,
    random: Math.random,
    store: new Store(storageArea("localStorage")),
    connection: {
      openSocket: (events) => openWebSocket(address, events),
      store: sessionStore(new Store(storageArea("sessionStorage"))),
      client: `momentum-web/0.1 (${describeBrowser(navigator.userAgent, navigator.maxTouchPoints)})`,
    },
    devices: {
      mediaDevices: navigator.mediaDevices,
      processors: navigator.hardwareConcurrency || 2,
      chime,
      makeMeter: (measured) => new LevelMeter(analyse, systemClock, () => document.hidden, measured),
    },
    createPeerConnection: (configuration) => new RTCPeerConnection({ ...configuration, iceTransportPolicy }),
    videoCodec: videoCodec(location),
    createAudioElement: hiddenAudioElement,
    blockedMs: measureLongTasks(globalThis),
    pictures: {
      fetch: (path, init) =>
        fetch(new URL(path, location.origin), { ...init, cache: "no-store", credentials: "omit" }),
      makeAddress: (picture) => URL.createObjectURL(picture),
      dropAddress: (address) => URL.revokeObjectURL(address),
    },
  };
}
