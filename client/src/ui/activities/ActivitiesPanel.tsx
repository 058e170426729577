import { AgendaSection } from "./AgendaSection";
import { CheckinSection } from "./CheckinSection";
import "./activities.css";

/** Check-ins, and the agenda. */
export function ActivitiesPanel() {
  return (
    <div class="activities">
      <CheckinSection />
      <AgendaSection />
    </div>
  );
}
