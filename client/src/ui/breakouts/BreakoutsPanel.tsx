import { useSignal } from "@preact/signals";
import type { BreakoutMode } from "../../generated/protocol";
import { useClassroom } from "../state";
import { ModeChoice } from "./ModeChoice";
import { PlanEditor } from "./PlanEditor";
import { Running } from "./Running";
import "./breakouts.css";

/** Make groups (two clicks: how, then Start), or look after those that are open. */
export function BreakoutsPanel() {
  const classroom = useClassroom();
  const mode = useSignal<BreakoutMode | null>(null);
  const room = classroom.room.value;
  if (room === null) return null;
  if (room.breakouts !== null) return <Running room={room} breakouts={room.breakouts} />;
  if (mode.value === null) {
    return (
      <ModeChoice
        onChoose={(chosen) => {
          mode.value = chosen;
        }}
      />
    );
  }
  return (
    <PlanEditor
      key={mode.value}
      mode={mode.value}
      onBack={() => {
        mode.value = null;
      }}
    />
  );
}
