import { useSignal } from "@preact/signals";
import { ArrowLeft, Play, Shuffle } from "lucide-preact";
import { useEffect, useMemo } from "preact/hooks";
import type { GroupSpec } from "../../core/api";
import type { BreakoutMode } from "../../generated/protocol";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { canBeGrouped } from "../people";
import { failureText, useClassroom, useRun } from "../state";
import { GroupPreview } from "./GroupPreview";
import { PlanOptions } from "./PlanOptions";
import { DEFAULT_DURATION_S, firstDraft, planFor, planOf } from "./plan";
import { TaskFields } from "./TaskFields";

interface Props {
  readonly mode: BreakoutMode;
  readonly onBack: () => void;
}

/** The second click is Start: the groups that would open are shown at once, everything else has a good default. */
export function PlanEditor({ mode, onBack }: Props) {
  const classroom = useClassroom();
  const run = useRun();
  const people = (classroom.room.value?.participants ?? []).filter(canBeGrouped);
  const present = people.map((person) => person.id).join(" ");
  const draft = useSignal(firstDraft(mode, people));
  const mixes = useSignal(0);
  const groups = useSignal<readonly GroupSpec[] | null>(null);
  const problem = useSignal<string | null>(null);
  const instruction = useSignal("");
  const durationS = useSignal<number | null>(DEFAULT_DURATION_S);
  const plan = useMemo(() => planOf(draft.value, people), [draft.value, present]);

  useEffect(() => {
    let outdated = false;
    classroom.previewBreakouts(plan).then(
      (made) => {
        if (outdated) return;
        groups.value = made;
        problem.value = null;
      },
      (error: unknown) => {
        if (outdated) return;
        groups.value = null;
        problem.value = failureText(error);
      },
    );
    return () => {
      outdated = true;
    };
  }, [classroom, plan, mixes.value]);

  return (
    <form
      class="breakouts breakouts--plan"
      onSubmit={(event) => {
        event.preventDefault();
        if (groups.value === null) return;
        const chosen = planFor(draft.value, groups.value);
        void run(classroom.openBreakouts(chosen, instruction.value.trim(), durationS.value));
      }}
    >
      <div class="breakouts__scroll">
        <div class="breakouts__back">
          <Button kind="quiet" onClick={onBack}>
            <ArrowLeft size={18} aria-hidden="true" />
            {t("app.back")}
          </Button>
          <h3>{t(`breakouts.${mode}`)}</h3>
        </div>
        <PlanOptions draft={draft} people={people} />
        <section class="breakouts__part" aria-labelledby="preview-title">
          <div class="breakouts__row">
            <h4 id="preview-title">{t("breakouts.preview_title")}</h4>
            {mode === "random" ? (
              <Button
                kind="quiet"
                onClick={() => {
                  mixes.value += 1;
                }}
              >
                <Shuffle size={18} aria-hidden="true" />
                {t("breakouts.preview_round")}
              </Button>
            ) : null}
          </div>
          {problem.value === null ? null : (
            <p class="field__error" role="alert">
              {problem.value}
            </p>
          )}
          {groups.value === null ? null : <GroupPreview groups={groups.value} mode={mode} />}
        </section>
        <TaskFields instruction={instruction} durationS={durationS} />
      </div>
      <div class="breakouts__start">
        <Button kind="primary" large wide type="submit" disabled={groups.value === null}>
          <Play size={20} aria-hidden="true" />
          {t("breakouts.start")}
        </Button>
      </div>
    </form>
  );
}
