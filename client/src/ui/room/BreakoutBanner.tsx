import { LifeBuoy, Timer } from "lucide-preact";
import type { Group, Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { formatCountdown, formatNames, formatWaiting } from "../../i18n/format";
import { useServerNowMs } from "../clock";
import { Button } from "../common/Button";
import { GlossaryText } from "../glossary/GlossaryText";
import { groupLabel, groupOf, isStaff, nameOf } from "../people";
import { useClassroom, useRun } from "../state";
import "./breakout-banner.css";

/** In a group: which one, with whom, what to do, how long still, and a way to call the trainer. */
export function BreakoutBanner() {
  const classroom = useClassroom();
  const room = classroom.room.value;
  const me = classroom.me.value;
  if (room === null || me === null || room.breakouts === null) return null;
  const group = groupOf(room, me.breakout);
  const { mode, instruction, ends_at_ms } = room.breakouts;
  if (group === null)
    return (
      <section class="group-banner" aria-label={t("grouping.at_work")}>
        <div class="group-banner__where">
          <p class="group-banner__name">{t("grouping.at_work")}</p>
          {instruction ? <Task text={instruction} /> : null}
        </div>
        {ends_at_ms === null ? null : <Remaining endsAtMs={ends_at_ms} />}
      </section>
    );
  const partners = group.members.filter((id) => id !== me.id).map((id) => nameOf(room, id));
  const alone = !room.participants.some(
    (one) => one.id !== me.id && one.connected && one.breakout === group.id,
  );
  return (
    <section class="group-banner" aria-label={groupLabel(group, mode)}>
      <div class="group-banner__where">
        <p class="group-banner__name">
          <strong>{groupLabel(group, mode)}</strong>{" "}
          {partners.length > 0 ? t("group.with", { names: formatNames(partners) }) : null}
          {alone && !me.visiting ? <span class="group-banner__alone">{t("group.alone")}</span> : null}
        </p>
        {instruction ? <Task text={instruction} /> : null}
      </div>
      {ends_at_ms === null ? null : <Remaining endsAtMs={ends_at_ms} />}
      <GroupAction room={room} group={group} staff={isStaff(me)} />
    </section>
  );
}

function Task({ text }: { readonly text: string }) {
  return (
    <p class="group-banner__task">
      <GlossaryText text={text} />
    </p>
  );
}

const SOON_MS = 60_000;

function Remaining({ endsAtMs }: { readonly endsAtMs: number }) {
  const left = endsAtMs - useServerNowMs();
  return (
    <p
      class={left <= SOON_MS ? "group-banner__time group-banner__time--soon" : "group-banner__time"}
      role="timer"
    >
      <Timer size={20} aria-hidden="true" />
      <span class="visually-hidden">{t("group.remaining", { time: formatCountdown(left) })}</span>
      <span aria-hidden="true">{formatCountdown(left)}</span>
    </p>
  );
}

interface ActionProps {
  readonly room: Snapshot;
  readonly group: Group;
  readonly staff: boolean;
}

function GroupAction({ room, group, staff }: ActionProps) {
  const classroom = useClassroom();
  const run = useRun();
  if (staff) {
    return (
      <div class="group-banner__actions">
        {group.help === null ? null : (
          <Button onClick={() => run(classroom.endHelp(group.id))}>{t("breakouts.help_done_short")}</Button>
        )}
        <Button kind="primary" onClick={() => run(classroom.visitBreakout(null))}>
          {t("breakouts.return")}
        </Button>
      </div>
    );
  }
  if (group.help === null) {
    return (
      <Button onClick={() => run(classroom.callHelp())}>
        <LifeBuoy size={20} aria-hidden="true" />
        {t("group.call")}
      </Button>
    );
  }
  return (
    <div class="group-banner__actions">
      <HelpCalled sinceMs={group.help.called_at_ms} />
      <Button
        onClick={() => run(classroom.endHelp(room.you === group.help?.participant_id ? undefined : group.id))}
      >
        {t("group.call_end")}
      </Button>
    </div>
  );
}

function HelpCalled({ sinceMs }: { readonly sinceMs: number }) {
  const waited = useServerNowMs() - sinceMs;
  return (
    <p class="group-banner__called">
      <LifeBuoy size={20} aria-hidden="true" />
      {t("group.called", { time: formatWaiting(waited) })}
    </p>
  );
}
