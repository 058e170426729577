import { useSignal } from "@preact/signals";
import { AudioLines, EllipsisVertical, Mic, MicOff, Video, VideoOff } from "lucide-preact";
import type { Participant, Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { Avatar } from "../common/Avatar";
import { IconButton } from "../common/IconButton";
import { groupLabel, groupOf, isStaff } from "../people";
import { PersonNetwork } from "../quality/PersonNetwork";
import { PersonActions } from "./PersonActions";

interface Props {
  readonly person: Participant;
  readonly room: Snapshot;
  readonly self: boolean;
  readonly speaking: boolean;
  /** The viewer may act on others. */
  readonly staff: boolean;
}

/** One person: name, role, place and state; for staff, what can be done. */
export function PersonRow({ person, room, self, speaking, staff }: Props) {
  const open = useSignal(false);
  const actionsId = `person-${person.id}`;
  const facts = factsOf(person, room);
  return (
    <li class={person.connected ? "person" : "person person--absent"}>
      <div class="person__row">
        <Avatar person={person} />
        <span class="person__who">
          <span class="person__name">
            {person.name}
            {self ? ` (${t("tile.you")})` : ""}
          </span>
          {facts === "" ? null : <span class="person__facts">{facts}</span>}
          {self ? null : <PersonNetwork person={person} />}
        </span>
        <MediaState person={person} speaking={speaking} />
        {staff && !self ? (
          <IconButton
            label={t("people.actions", { name: person.name })}
            aria-expanded={open.value}
            {...(open.value ? { "aria-controls": actionsId } : {})}
            onClick={() => {
              open.value = !open.value;
            }}
          >
            <EllipsisVertical size={20} aria-hidden="true" />
          </IconButton>
        ) : null}
      </div>
      {open.value ? <PersonActions id={actionsId} person={person} room={room} /> : null}
    </li>
  );
}

function factsOf(person: Participant, room: Snapshot): string {
  const facts: string[] = [];
  if (person.role !== "participant") facts.push(t(`role.${person.role}`));
  const group = groupOf(room, person.breakout);
  if (group !== null && room.breakouts !== null) {
    const name = groupLabel(group, room.breakouts.mode);
    facts.push(person.visiting || isStaff(person) ? t("people.visiting", { group: name }) : name);
  }
  if (!person.connected) facts.push(t("people.dropped"));
  else if (person.presence === "away") facts.push(t("people.away"));
  return facts.join(" · ");
}

function MediaState({ person, speaking }: { readonly person: Participant; readonly speaking: boolean }) {
  if (!person.connected) return null;
  const { microphone, camera } = person.media;
  const MicIcon = speaking ? AudioLines : microphone ? Mic : MicOff;
  const CamIcon = camera ? Video : VideoOff;
  return (
    <span class="person__media">
      <MicIcon
        class={speaking ? "person__speaking" : microphone ? "" : "person__off"}
        size={18}
        aria-hidden="true"
      />
      <span class="visually-hidden">
        {speaking ? t("tile.speaking") : t(microphone ? "people.mic_on" : "people.mic_off")}
      </span>
      <CamIcon class={camera ? "" : "person__off"} size={18} aria-hidden="true" />
      <span class="visually-hidden">{t(camera ? "people.cam_on" : "people.cam_off")}</span>
    </span>
  );
}
