import type { Snapshot } from "../../generated/protocol";
import { t } from "../../i18n";
import { isStaff } from "../people";
import { useClassroom } from "../state";
import { AddLine } from "./AddLine";
import { AgendaLine } from "./AgendaLine";
import { TimerControls } from "./TimerControls";
import "./agenda.css";

/** The day's plan, for everybody to see; for staff to write and to run. */
export function AgendaSection() {
  const classroom = useClassroom();
  const room = classroom.room.value;
  const staff = isStaff(classroom.me.value);
  if (room === null) return null;
  return (
    <section class="activities__part" aria-labelledby="activities-agenda">
      <h3 id="activities-agenda">{t("agenda.title")}</h3>
      {staff ? <TimerControls room={room} /> : null}
      <Lines room={room} staff={staff} />
      {staff ? <AddLine /> : null}
    </section>
  );
}

function Lines({ room, staff }: { readonly room: Snapshot; readonly staff: boolean }) {
  const { agenda, timer } = room;
  if (agenda.length === 0) return <p class="soft">{t(staff ? "agenda.none_staff" : "agenda.none")}</p>;
  return (
    <ol class="agenda">
      {agenda.map((item, index) => (
        <AgendaLine
          key={item.id}
          item={item}
          place={index}
          last={index === agenda.length - 1}
          timer={timer?.item === item.id ? timer : null}
          staff={staff}
        />
      ))}
    </ol>
  );
}
