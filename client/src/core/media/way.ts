/** How media travel to the server: read from what the browser says of its candidate pair. */
import type { MediaWay } from "../../generated/protocol";

export interface Path {
  readonly way: MediaWay;
  readonly roundTripMs: number | null;
}

/** The fields of candidate, pair and transport statistics that tell (W3C webrtc-stats; `selected` is Firefox's). */
interface Stats {
  readonly id: string;
  readonly type: string;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly localCandidateId?: string;
  readonly currentRoundTripTime?: number;
  readonly candidateType?: string;
  readonly protocol?: string;
  readonly relayProtocol?: string;
}

const RELAYED: Readonly<Record<string, MediaWay>> = {
  udp: "turn_udp",
  tcp: "turn_tcp",
  tls: "turn_tls",
};

/** The way of the pair in use; null: not known (yet). */
export function selectedPath(report: Iterable<Readonly<Record<string, unknown>>>): Path | null {
  const all = [...(report as Iterable<Stats>)];
  const chosen = all.find(({ type }) => type === "transport")?.selectedCandidatePairId;
  const pair = all.find(
    ({ type, id, selected }) =>
      type === "candidate-pair" && (chosen === undefined ? selected : id === chosen),
  );
  const local = all.find(({ id }) => id === pair?.localCandidateId);
  if (!pair || !local) return null;
  const seconds = pair.currentRoundTripTime;
  return { way: wayOf(local), roundTripMs: seconds === undefined ? null : Math.round(seconds * 1000) };
}

function wayOf({ candidateType, protocol, relayProtocol }: Stats): MediaWay {
  if (candidateType === "relay") return RELAYED[relayProtocol ?? "udp"] ?? "turn_udp";
  return protocol === "tcp" ? "tcp" : "udp";
}
