import { DoorOpen, X } from "lucide-preact";
import type { Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { formatWaiting } from "../../i18n/format";
import { useServerNowMs } from "../clock";
import { Avatar } from "../common/Avatar";
import { Button } from "../common/Button";
import { IconButton } from "../common/IconButton";
import { useClassroom, useRun } from "../state";
import "./moderation.css";

type Waiting = Snapshot["lobby"][number];

/** Who waits at the door, first come first; nothing while nobody does. */
export function LobbyQueue({ waiting }: { readonly waiting: readonly Waiting[] }) {
  const { moderation } = useClassroom();
  const run = useRun();
  if (waiting.length === 0) return null;
  return (
    <section class="people__part lobby" aria-labelledby="lobby-title">
      <div class="people__heading">
        <h3 id="lobby-title">
          {t("lobby.title")} <span class="people__count">{waiting.length}</span>
        </h3>
        {waiting.length > 1 ? (
          <Button kind="primary" onClick={() => run(moderation.admit(null))}>
            {t("lobby.admit_all")}
          </Button>
        ) : null}
      </div>
      <ol class="people__list">
        {waiting.map((one) => (
          <Visitor key={one.participant_id} visitor={one} />
        ))}
      </ol>
    </section>
  );
}

function Visitor({ visitor }: { readonly visitor: Waiting }) {
  const { moderation } = useClassroom();
  const run = useRun();
  const { participant_id: id, name } = visitor;
  const waited = formatWaiting(useServerNowMs() - visitor.since_at_ms);
  return (
    <li class="person__row visitor">
      <Avatar person={{ id, name }} />
      <span class="person__who">
        <span class="person__name">{name}</span>
        <span class="person__facts">
          {visitor.gone_at_ms === null ? t("lobby.waiting", { time: waited }) : t("lobby.gone")}
        </span>
      </span>
      <span class="queue__actions">
        <Button aria-label={t("lobby.admit", { name })} onClick={() => run(moderation.admit(id))}>
          <DoorOpen size={18} aria-hidden="true" />
          {t("lobby.admit_short")}
        </Button>
        <IconButton label={t("lobby.refuse", { name })} onClick={() => run(moderation.refuse(id))}>
          <X size={20} aria-hidden="true" />
        </IconButton>
      </span>
    </li>
  );
}
