import type { Snapshot } from "../../core/api";
import type { Breakouts } from "../../generated/protocol";
import { t } from "../../i18n";
import { groupLabel } from "../people";
import { useClassroom, useRun } from "../state";
import { Place } from "./Place";

interface Props {
  readonly room: Snapshot;
  readonly breakouts: Breakouts;
}

/** Participants who are in no group: they came late, or were absent when it opened. */
export function Unplaced({ room, breakouts }: Props) {
  const classroom = useClassroom();
  const run = useRun();
  const people = room.participants.filter((one) => one.role === "participant" && one.breakout === null);
  if (people.length === 0) return null;
  return (
    <section class="breakouts__part" aria-labelledby="unplaced-title">
      <h4 id="unplaced-title">{t("grouping.unplaced")}</h4>
      <ul class="places">
        {people.map((person) => (
          <Place
            key={person.id}
            name={person.name}
            value=""
            onChoose={(group) => run(classroom.moveParticipant(person.id, group || null))}
          >
            <option value="">{t("grouping.choose")}</option>
            {breakouts.groups.map((group) => (
              <option key={group.id} value={group.id}>
                {groupLabel(group, breakouts.mode)}
              </option>
            ))}
          </Place>
        ))}
      </ul>
    </section>
  );
}
