import { ChartNoAxesColumn, CircleHelp } from "lucide-preact";
import { useId } from "preact/hooks";
import type { Checkin, Participant } from "../../generated/protocol";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Card, Spoken } from "../common/Card";
import { isStaff } from "../people";
import { putAway, useClassroom, useUi } from "../state";
import { Choices } from "./Choices";
import { isAsked, ownAnswer } from "./checkin";
import { Results } from "./Results";
import { choiceWords, questionOf } from "./words";
import "./checkin.css";

/** The trainer's question over the pictures: to answer, then small, then (if shown) what everybody said. */
export function CheckinCard() {
  const classroom = useClassroom();
  const open = useUi().panel.value === "activities";
  const me = classroom.me.value;
  const checkin = classroom.room.value?.checkin ?? null;
  if (me === null || isStaff(me)) return null;
  const asks = checkin?.open === true && ownAnswer(checkin, me.id) === null;
  return (
    <>
      <Spoken text={asks ? t("checkin.spoken", { question: questionOf(checkin) }) : ""} />
      {/* The open panel has it all. */}
      {checkin === null || open ? null : <Shown checkin={checkin} me={me} />}
    </>
  );
}

function Shown({ checkin, me }: { readonly checkin: Checkin; readonly me: Participant }) {
  const ui = useUi();
  const chosen = ownAnswer(checkin, me.id);
  const open = checkin.open;
  const stage = checkin.counts !== null && (chosen !== null || !open) ? "results" : open ? "ask" : "over";
  const key = `checkin-${checkin.id}-${stage}`;
  if (stage === "over" || ui.putAway.value.has(key)) return null;
  const close = () => putAway(ui, key);
  if (stage === "results") return <ResultsCard checkin={checkin} chosen={chosen} onClose={close} />;
  if (!isAsked(me)) return <ReadCard checkin={checkin} onClose={close} />;
  return <AnswerCard key={checkin.id} checkin={checkin} chosen={chosen} onClose={close} />;
}

interface CardProps {
  readonly checkin: Checkin;
  readonly chosen?: number | null;
  readonly onClose: () => void;
}

function AnswerCard({ checkin, chosen = null, onClose }: CardProps) {
  const ui = useUi();
  const titleId = useId();
  const again = `checkin-${checkin.id}-again`;
  if (chosen !== null && !ui.putAway.value.has(again))
    return (
      <Card
        look="calm"
        icon={<CircleHelp size={20} />}
        lead={questionOf(checkin)}
        title={t("checkin.answered", { answer: choiceWords(checkin)[chosen] ?? "" })}
        onClose={onClose}
      >
        <div class="card__actions">
          <Button kind="quiet" onClick={() => putAway(ui, again)}>
            {t("checkin.change")}
          </Button>
        </div>
      </Card>
    );
  return (
    <Card
      icon={<CircleHelp size={20} />}
      lead={t("checkin.from_trainer")}
      title={<span id={titleId}>{questionOf(checkin)}</span>}
    >
      <Choices
        checkin={checkin}
        chosen={chosen}
        labelledBy={titleId}
        onAnswered={() => {
          ui.putAway.value = new Set([...ui.putAway.value].filter((key) => key !== again));
        }}
      />
      {checkin.kind === "progress" ? <p class="soft small">{t("checkin.stuck_hint")}</p> : null}
    </Card>
  );
}

/** For those who pass the question on (interpreters, captioners) or look on. */
function ReadCard({ checkin, onClose }: CardProps) {
  return (
    <Card
      icon={<CircleHelp size={20} />}
      lead={t("checkin.to_participants")}
      title={questionOf(checkin)}
      onClose={onClose}
    >
      <ul class="choices choices--read">
        {choiceWords(checkin).map((word, choice) => (
          <li key={choice}>
            <bdi>{word}</bdi>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function ResultsCard({ checkin, chosen = null, onClose }: CardProps) {
  return (
    <Card
      icon={<ChartNoAxesColumn size={20} />}
      lead={t("checkin.results")}
      title={questionOf(checkin)}
      onClose={onClose}
    >
      <Results checkin={checkin} counts={checkin.counts ?? []} chosen={chosen} />
    </Card>
  );
}
