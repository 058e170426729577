import { useSignal } from "@preact/signals";
import { t } from "../../i18n";
import { canBeGrouped } from "../people";
import { useClassroom } from "../state";
import { ModeTabs, type Way } from "./ModeTabs";
import { PlanEditor } from "./PlanEditor";
import { Running } from "./Running";
import { SavedGroups } from "./SavedGroups";
import type { Prepared } from "./saved";
import "./breakouts.css";

/** Make groups (pairs are ready: open the panel, then Start), or look after those that are open. */
export function BreakoutsPanel() {
  const classroom = useClassroom();
  const way = useSignal<Way>("pairs");
  const prepared = useSignal<Prepared | null>(null);
  const room = classroom.room.value;
  if (room === null) return null;
  if (room.breakouts !== null) return <Running room={room} breakouts={room.breakouts} />;
  const chosen = way.value;
  const nobody = !room.participants.some(canBeGrouped);
  return (
    <div class="breakouts breakouts--plan">
      <ModeTabs
        chosen={chosen}
        onChoose={(next) => {
          way.value = next;
          prepared.value = null;
        }}
      />
      {nobody ? (
        <p class="breakouts__part soft">{t("breakouts.nobody")}</p>
      ) : chosen !== "saved" ? (
        <PlanEditor key={chosen} mode={chosen} prepared={null} />
      ) : prepared.value === null ? (
        <SavedGroups
          room={room}
          onUse={(set) => {
            prepared.value = set;
          }}
        />
      ) : (
        <PlanEditor key={prepared.value.title} mode={prepared.value.mode} prepared={prepared.value} />
      )}
    </div>
  );
}
