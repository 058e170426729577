import { useSignal } from "@preact/signals";
import { Hand, MessageCircle, Mic, MicOff, Pin, UserX } from "lucide-preact";
import { useId } from "preact/hooks";
import type { Participant, Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { RoleAction } from "../moderation/RoleAction";
import { groupLabel } from "../people";
import { useClassroom, useRun } from "../state";
import { RemoveDialog } from "./RemoveDialog";

interface Props {
  readonly id: string;
  readonly person: Participant;
  readonly room: Snapshot;
}

/** What staff can do for, or about, one person. Nothing here turns a microphone on. */
export function PersonActions({ id, person, room }: Props) {
  const classroom = useClassroom();
  const run = useRun();
  const removing = useSignal(false);
  const groupId = useId();
  const name = person.name;
  const handUp = room.hands.some((hand) => hand.participant_id === person.id);
  const hasFloor = room.floor?.participant_id === person.id;
  const spotlit = room.spotlight === person.id;
  return (
    <div id={id} class="actions">
      {person.media.microphone ? (
        <Button kind="quiet" onClick={() => run(classroom.mute(person.id))}>
          <MicOff size={18} aria-hidden="true" />
          {t("people.mute", { name })}
        </Button>
      ) : person.connected ? (
        <Button kind="quiet" onClick={() => run(classroom.askUnmute(person.id))}>
          <Mic size={18} aria-hidden="true" />
          {t("people.ask_unmute", { name })}
        </Button>
      ) : null}
      {hasFloor ? (
        <Button kind="quiet" onClick={() => run(classroom.turns.endFloor())}>
          <MessageCircle size={18} aria-hidden="true" />
          {t("floor.end_name", { name })}
        </Button>
      ) : person.connected && person.role !== "observer" ? (
        <Button kind="quiet" onClick={() => run(classroom.turns.giveFloor(person.id))}>
          <MessageCircle size={18} aria-hidden="true" />
          {t("floor.give_name", { name })}
        </Button>
      ) : null}
      {handUp ? (
        <Button kind="quiet" onClick={() => run(classroom.lowerHand(person.id))}>
          <Hand size={18} aria-hidden="true" />
          {t("people.lower", { name })}
        </Button>
      ) : null}
      <Button kind="quiet" onClick={() => run(classroom.setSpotlight(spotlit ? null : person.id))}>
        <Pin size={18} aria-hidden="true" />
        {t(spotlit ? "people.spotlight_end" : "people.spotlight", { name })}
      </Button>
      <RoleAction person={person} />
      {room.breakouts === null ? null : (
        <div class="actions__move field">
          <label class="field__label" for={groupId}>
            {t("people.move", { name })}
          </label>
          <select
            id={groupId}
            class="field__control"
            value={person.breakout ?? ""}
            onChange={(event) => run(classroom.moveParticipant(person.id, event.currentTarget.value || null))}
          >
            <option value="">{t("people.main_room")}</option>
            {room.breakouts.groups.map((group) => (
              <option key={group.id} value={group.id}>
                {groupLabel(group, room.breakouts?.mode ?? "manual")}
              </option>
            ))}
          </select>
        </div>
      )}
      <Button
        kind="quiet"
        onClick={() => {
          removing.value = true;
        }}
      >
        <UserX size={18} aria-hidden="true" />
        {t("people.remove", { name })}
      </Button>
      {removing.value ? (
        <RemoveDialog
          name={name}
          onCancel={() => {
            removing.value = false;
          }}
          onConfirm={() => {
            removing.value = false;
            void run(classroom.removeParticipant(person.id));
          }}
        />
      ) : null}
    </div>
  );
}
