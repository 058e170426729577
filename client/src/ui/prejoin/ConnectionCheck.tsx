import { Check, RefreshCw, TriangleAlert, Wifi } from "lucide-preact";
import { useEffect } from "preact/hooks";
import type { ConnectionTest, ConnectionWay } from "../../core/api";
import { type Key, t } from "../../i18n";
import { Button } from "../common/Button";
import { useClassroom } from "../state";
import "./connection-check.css";

/** From here on people notice that answers come late (ITU-T G.114 says 150 ms one way). */
const SLOW_MS = 300;
/** For whoever helps: these are the same in every language. */
const WAYS: Readonly<Record<ConnectionWay, string>> = {
  udp: "UDP",
  tcp: "TCP",
  turn_udp: "TURN (UDP)",
  turn_tcp: "TURN (TCP)",
  turn_tls: "TURN (TLS)",
  none: "",
};

type Words = Extract<Key, `prejoin.connection_${string}`>;
type Tone = "wait" | "good" | "poor" | "bad";

function verdict(test: ConnectionTest | null): { readonly key: Words; readonly tone: Tone } {
  if (test === null || test.kind === "running") return { key: "prejoin.connection_running", tone: "wait" };
  if (test.kind === "unavailable") return { key: "prejoin.connection_unavailable", tone: "poor" };
  if (test.way === "none") return { key: "prejoin.connection_none", tone: "bad" };
  if ((test.roundTripMs ?? 0) >= SLOW_MS) return { key: "prejoin.connection_slow", tone: "poor" };
  return { key: test.way === "udp" ? "prejoin.connection_good" : "prejoin.connection_detour", tone: "good" };
}

const ICONS = { wait: Wifi, good: Check, poor: TriangleAlert, bad: TriangleAlert };

/** Whether this network lets sound and picture through, told without being asked. */
export function ConnectionCheck() {
  const classroom = useClassroom();
  useEffect(() => classroom.testConnection(), [classroom]);
  const test = classroom.connectionTest.value;
  const { key, tone } = verdict(test);
  const Icon = ICONS[tone];
  const facts =
    test?.kind === "done" && test.way !== "none"
      ? [WAYS[test.way], test.roundTripMs === null ? "" : `${test.roundTripMs} ms`].filter(Boolean).join(", ")
      : "";
  return (
    <div class={`connection-check connection-check--${tone}`}>
      <Icon size={20} aria-hidden="true" class="connection-check__icon" />
      <div class="connection-check__body">
        <p role="status">
          {t(key)} {facts === "" ? null : <span class="connection-check__facts">{facts}</span>}
        </p>
        {tone === "poor" || tone === "bad" ? (
          <Button onClick={() => classroom.testConnection()}>
            <RefreshCw size={18} aria-hidden="true" />
            {t("prejoin.connection_again")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
