import { LifeBuoy } from "lucide-preact";
import type { Snapshot } from "../../generated/protocol";
import { t } from "../../i18n";
import { formatWaiting } from "../../i18n/format";
import { useServerNowMs } from "../clock";
import { Button } from "../common/Button";
import { groupLabel, nameOf } from "../people";
import { useClassroom, useRun } from "../state";
import { type Call, callsOf } from "./queue";
import "./turns.css";

/** For staff: everybody who asked for help, in the order of asking. */
export function HelpQueue({ room }: { readonly room: Snapshot }) {
  const calls = callsOf(room);
  if (calls.length === 0) return null;
  return (
    <section class="people__part" aria-labelledby="people-help">
      <div class="people__heading">
        <h3 id="people-help">
          {t("help.queue")} <span class="people__count">{calls.length}</span>
        </h3>
      </div>
      <ol class="people__list">
        {calls.map((call) => (
          <CallRow key={call.key} call={call} room={room} />
        ))}
      </ol>
    </section>
  );
}

function CallRow({ call, room }: { readonly call: Call; readonly room: Snapshot }) {
  const classroom = useClassroom();
  const run = useRun();
  const { group, place, caller } = call;
  const mode = room.breakouts?.mode ?? "manual";
  const name = group === null ? (caller?.name ?? "…") : groupLabel(group, mode);
  const here = room.participants.find(({ id }) => id === room.you)?.breakout ?? null;
  const { coming } = call.call;
  const promise = () =>
    classroom.turns.promiseHelp(
      group === null ? { participantId: call.call.participant_id } : { group: group.id },
    );
  /** The visit itself answers a group's call. */
  const visit = async () => {
    if (group === null) await promise();
    await classroom.visitBreakout(place?.id ?? null);
  };
  const done = () =>
    group === null ? classroom.turns.endHelpOf(call.call.participant_id) : classroom.endHelp(group.id);
  const where = group === null && place !== null ? groupLabel(place, mode) : null;
  const why =
    group !== null
      ? t("help.by", { name: caller?.name ?? "…" })
      : t(call.call.stuck ? "help.stuck" : "help.asks");
  return (
    <li class="call">
      <LifeBuoy class="call__icon" size={20} aria-hidden="true" />
      <span class="call__who">
        <bdi class="person__name">{name}</bdi>
        <span class="person__facts">
          {[why, where].filter(Boolean).join(" · ")} · <Waited sinceMs={call.call.called_at_ms} />
        </span>
        {coming === null ? null : (
          <span class="person__facts">
            {coming === room.you ? t("help.you_come") : t("help.comes", { name: nameOf(room, coming) })}
          </span>
        )}
      </span>
      <span class="queue__actions">
        {(place?.id ?? null) !== here ? (
          <Button kind="primary" aria-label={t("help.visit_name", { name })} onClick={() => run(visit())}>
            {t("help.visit")}
          </Button>
        ) : coming === room.you ? null : (
          <Button kind="primary" aria-label={t("help.come_name", { name })} onClick={() => run(promise())}>
            {t("help.come")}
          </Button>
        )}
        <Button aria-label={t("help.done_name", { name })} onClick={() => run(done())}>
          {t("help.done")}
        </Button>
      </span>
    </li>
  );
}

function Waited({ sinceMs }: { readonly sinceMs: number }) {
  return <>{t("people.waiting", { time: formatWaiting(useServerNowMs() - sinceMs) })}</>;
}
