import { MicOff } from "lucide-preact";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { LobbyQueue } from "../moderation/LobbyQueue";
import { RoomRules } from "../moderation/RoomRules";
import { isStaff } from "../people";
import { useClassroom, useRun } from "../state";
import { HelpQueue } from "../turns/HelpQueue";
import { NotHeard } from "../turns/NotHeard";
import { HandQueue } from "./HandQueue";
import { PersonRow } from "./PersonRow";
import "./people.css";

/** Who wants to speak, then who is here. */
export function PeoplePanel() {
  const classroom = useClassroom();
  const run = useRun();
  const room = classroom.room.value;
  const staff = isStaff(classroom.me.value);
  if (room === null) return null;
  const speaking = new Set(classroom.speaking.value);
  const people = [...room.participants].sort((a, b) => Number(isStaff(b)) - Number(isStaff(a)));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list scrolls, and for participants nothing in it takes the focus
    <div class="people" tabIndex={0}>
      {staff ? <LobbyQueue waiting={room.lobby} /> : null}
      {staff ? <HelpQueue room={room} /> : null}
      <HandQueue staff={staff} />
      <section class="people__part" aria-labelledby="people-here">
        <div class="people__heading">
          <h3 id="people-here">
            {t("people.here")} <span class="people__count">{people.length}</span>
          </h3>
          {staff ? (
            <Button kind="quiet" onClick={() => run(classroom.muteAll())}>
              <MicOff size={18} aria-hidden="true" />
              {t("people.mute_all")}
            </Button>
          ) : null}
        </div>
        <ul class="people__list">
          {people.map((person) => (
            <PersonRow
              key={person.id}
              person={person}
              room={room}
              self={person.id === room.you}
              speaking={speaking.has(person.id)}
              staff={staff}
            />
          ))}
        </ul>
      </section>
      {staff ? <NotHeard room={room} /> : null}
      {staff ? <RoomRules room={room} /> : null}
    </div>
  );
}
