import { AudioLines, DoorOpen, LifeBuoy, WifiOff } from "lucide-preact";
import type { Group, Participant, Snapshot } from "../../core/api";
import type { BreakoutMode } from "../../generated/protocol";
import { t } from "../../i18n";
import { formatWaiting } from "../../i18n/format";
import { useServerNowMs } from "../clock";
import { Button } from "../common/Button";
import { groupLabel, groupOf, nameOf } from "../people";
import { useClassroom, useRun } from "../state";

interface Props {
  readonly room: Snapshot;
  readonly group: Group;
  readonly mode: BreakoutMode;
  readonly speaking: ReadonlySet<string>;
}

/** One group: who, whether they talk, who is missing, whether they call; and the way in. */
export function GroupCard({ room, group, mode, speaking }: Props) {
  const classroom = useClassroom();
  const run = useRun();
  const label = groupLabel(group, mode);
  const members = group.members.flatMap((id) => room.participants.find((person) => person.id === id) ?? []);
  const dropped = members.filter((person) => !person.connected).length;
  const talking = group.members.some((id) => speaking.has(id));
  const here = classroom.me.value?.breakout === group.id;
  return (
    <li class={group.help === null ? "group-card" : "group-card group-card--help"}>
      <div class="breakouts__row">
        <h4>{label}</h4>
        <p class="group-card__state">
          {talking ? <AudioLines size={16} aria-hidden="true" /> : null}
          {t(talking ? "breakouts.talking" : "breakouts.silent")}
        </p>
      </div>
      <ul class="group-card__members">
        {members.map((person) => (
          <Member key={person.id} person={person} speaking={speaking.has(person.id)} />
        ))}
        {members.length === 0 ? <li class="soft">{t("breakouts.empty_group")}</li> : null}
      </ul>
      {dropped > 0 ? (
        <p class="group-card__dropped">
          <WifiOff size={16} aria-hidden="true" />
          {t("breakouts.dropped", { count: dropped })}
        </p>
      ) : null}
      {group.help === null ? null : <Call sinceMs={group.help.called_at_ms} />}
      <Alone room={room} group={group} mode={mode} />
      <div class="group-card__actions">
        {here ? (
          <Button onClick={() => run(classroom.visitBreakout(null))}>{t("breakouts.return")}</Button>
        ) : (
          <Button
            kind={group.help === null ? "plain" : "primary"}
            onClick={() => run(classroom.visitBreakout(group.id))}
          >
            <DoorOpen size={18} aria-hidden="true" />
            {t("breakouts.visit", { group: label })}
          </Button>
        )}
        {group.help === null ? null : (
          <Button
            kind="quiet"
            aria-label={t("breakouts.help_done", { group: label })}
            onClick={() => run(classroom.endHelp(group.id))}
          >
            {t("breakouts.help_done_short")}
          </Button>
        )}
      </div>
    </li>
  );
}

/** Whoever was left alone, and where they could go. */
function Alone({ room, group, mode }: Omit<Props, "speaking">) {
  const classroom = useClassroom();
  const run = useRun();
  const offer = room.offers.find((one) => group.members.includes(one.participant_id));
  const target = offer === undefined ? null : groupOf(room, offer.group);
  if (offer === undefined || target === null) return null;
  return (
    <p class="breakouts__row">
      {t("grouping.alone", { name: nameOf(room, offer.participant_id) })}
      <Button onClick={() => run(classroom.moveParticipant(offer.participant_id, target.id))}>
        {t("grouping.send", { group: groupLabel(target, mode) })}
      </Button>
    </p>
  );
}

function Member({ person, speaking }: { readonly person: Participant; readonly speaking: boolean }) {
  const classes = ["member", speaking && "member--speaking", !person.connected && "member--dropped"];
  return (
    <li class={classes.filter(Boolean).join(" ")}>
      {person.name}
      {speaking ? <span class="visually-hidden"> {t("tile.speaking")}</span> : null}
      {person.connected ? null : <span class="visually-hidden"> {t("people.dropped")}</span>}
    </li>
  );
}

function Call({ sinceMs }: { readonly sinceMs: number }) {
  const waited = useServerNowMs() - sinceMs;
  return (
    <p class="group-card__call">
      <LifeBuoy size={18} aria-hidden="true" />
      {t("breakouts.help_waiting", { time: formatWaiting(waited) })}
    </p>
  );
}
