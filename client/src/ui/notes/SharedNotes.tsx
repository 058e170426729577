import { useSignal } from "@preact/signals";
import { Download, ListPlus } from "lucide-preact";
import { ROOM_NOTE } from "../../generated/protocol";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { download, fileName } from "../common/download";
import { groupLabel, isStaff } from "../people";
import { useClassroom, useRun } from "../state";
import { copyGroupNotes } from "./copy";
import { NoteField } from "./NoteField";
import { padsOf } from "./pads";

/** The note of one's group while there is one, else the room's; both can be reached, and that of the last group can be read. */
export function SharedNotes() {
  const classroom = useClassroom();
  const run = useRun();
  const chosen = useSignal<string | null>(null);
  const copied = useSignal<number | null>(null);
  const room = classroom.room.value;
  const me = classroom.me.value;
  if (room === null || me === null) return null;
  const staff = isStaff(me);
  const { breakouts, last_round } = room;
  const groups = (breakouts?.groups ?? []).filter(({ id }) => staff || id === me.breakout);
  const past = (last_round?.groups ?? []).filter(({ members }) => staff || members.includes(me.id));
  const choices = [
    { id: ROOM_NOTE as string, name: t("notes.of_room"), ended: false },
    ...groups.map((group) => ({
      id: group.id,
      name: groupLabel(group, breakouts?.mode ?? "manual"),
      ended: false,
    })),
    ...past.map((group) => ({
      id: group.id,
      name: t("notes.of_past", { name: groupLabel(group, last_round?.mode ?? "manual") }),
      ended: true,
    })),
  ];
  const wanted = chosen.value ?? me.breakout ?? ROOM_NOTE;
  const open = choices.find(({ id }) => id === wanted) ?? choices[0];
  if (open === undefined) return null;
  const pad = padsOf(classroom, room).of(open.id);
  return (
    <>
      {choices.length > 1 ? (
        <label class="notes__choice">
          <span class="field__label">{t("notes.which")}</span>
          <select
            class="field__control"
            value={open.id}
            onChange={(event) => {
              chosen.value = event.currentTarget.value;
            }}
          >
            {choices.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      <NoteField key={open.id} pad={pad} name={open.name} readOnly={open.ended || me.role === "observer"} />
      <div class="notes__actions">
        <Button
          kind="quiet"
          onClick={() => download(fileName("md", room.name, open.name), pad.text.toString())}
        >
          <Download size={18} aria-hidden="true" />
          {t("notes.export")}
        </Button>
        {staff && open.id === ROOM_NOTE ? (
          <Button
            kind="quiet"
            onClick={() =>
              void run(
                copyGroupNotes(classroom, pad).then((count) => {
                  copied.value = count;
                }),
              )
            }
          >
            <ListPlus size={18} aria-hidden="true" />
            {t("notes.copy")}
          </Button>
        ) : null}
      </div>
      <p class="notes__copied small soft" role="status">
        {copied.value === null ? "" : t("notes.copied", { count: copied.value })}
      </p>
    </>
  );
}
