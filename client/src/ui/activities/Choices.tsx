import { Check } from "lucide-preact";
import type { Checkin } from "../../generated/protocol";
import { useClassroom, useRun } from "../state";
import { choiceWords } from "./words";

interface Props {
  readonly checkin: Checkin;
  /** One's own answer. */
  readonly chosen: number | null;
  readonly labelledBy: string;
  readonly onAnswered?: () => void;
}

/** The choices as buttons: one press answers, another one changes the answer. */
export function Choices({ checkin, chosen, labelledBy, onAnswered }: Props) {
  const classroom = useClassroom();
  const run = useRun();
  const answer = async (choice: number) => {
    if (await run(classroom.checkins.answer(checkin.id, choice))) onAnswered?.();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: the buttons act at once; they are no fields of a form
    <div class="choices" role="group" aria-labelledby={labelledBy}>
      {choiceWords(checkin).map((word, choice) => (
        <button
          key={choice}
          type="button"
          class="choice"
          aria-pressed={chosen === choice}
          onClick={() => void answer(choice)}
        >
          {chosen === choice ? <Check size={18} aria-hidden="true" /> : null}
          <bdi>{word}</bdi>
        </button>
      ))}
    </div>
  );
}
