import type { ConnectionState, MediaConnection } from "../../core/api";
import { t } from "../../i18n";

export interface Words {
  readonly tone: "ok" | "busy" | "trouble";
  readonly text: string;
}

/** After this long without a connection, say what the person can check. */
const LONG_MS = 10_000;

/** The state of the connection in plain words. `nowMs` null: without the advice that comes with time. */
export function connectionWords(
  connection: ConnectionState,
  media: MediaConnection,
  nowMs: number | null,
): Words {
  switch (connection.kind) {
    case "idle":
    case "connecting":
    case "waiting":
      return { tone: "busy", text: t("connection.connecting") };
    case "reconnecting": {
      const long = nowMs !== null && nowMs - connection.sinceMs > LONG_MS;
      return {
        tone: "trouble",
        text: t(long ? "connection.reconnecting_long" : "connection.reconnecting"),
      };
    }
    case "ended":
      return { tone: "trouble", text: t("ended.unknown.title") };
    case "connected":
      return mediaWords(media);
  }
}

function mediaWords(media: MediaConnection): Words {
  switch (media) {
    case "idle":
    case "connecting":
      return { tone: "busy", text: t("connection.media_connecting") };
    case "interrupted":
      return { tone: "trouble", text: t("connection.media_interrupted") };
    case "failed":
      return { tone: "trouble", text: t("connection.media_failed") };
    case "connected":
      return { tone: "ok", text: t("connection.connected") };
  }
}
