import { useClassroom } from "../state";
import { REACTIONS } from "./reactions";
import "./reactions.css";

/** On the tile of whoever reacts. What it says aloud: ReactionsAloud. */
export function TileReaction({ participantId }: { readonly participantId: string }) {
  const shown = useClassroom().reactions.shown.value.find((one) => one.participantId === participantId);
  if (shown === undefined) return null;
  const Icon = REACTIONS[shown.reaction];
  return (
    <span key={shown.id} class="tile-reaction" data-reaction={shown.reaction} aria-hidden="true">
      <Icon size={28} />
    </span>
  );
}
