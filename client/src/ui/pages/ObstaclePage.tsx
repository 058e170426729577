import { Link, Lock, MonitorX } from "lucide-preact";
import type { Obstacle } from "../../core/api";
import { t } from "../../i18n";
import { Page } from "./Page";

const PICTURES = {
  insecure_origin: Lock,
  no_webrtc: MonitorX,
  no_websocket: MonitorX,
  no_token: Link,
} as const satisfies Record<Obstacle, unknown>;

/** Why this browser or this address cannot take part, and what to do. */
export function ObstaclePage({ obstacle }: { readonly obstacle: Obstacle }) {
  const Icon = PICTURES[obstacle];
  return (
    <Page
      title={t(`obstacle.${obstacle}.title`)}
      text={t(`obstacle.${obstacle}.text`)}
      picture={<Icon size={40} />}
    />
  );
}
