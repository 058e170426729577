import { useSignal } from "@preact/signals";
import { Play, Shuffle } from "lucide-preact";
import { useEffect, useMemo } from "preact/hooks";
import type { GroupSpec } from "../../core/api";
import type { BreakoutMode } from "../../generated/protocol";
import { t } from "../../i18n";
import { formatNames } from "../../i18n/format";
import { Button } from "../common/Button";
import { canBeGrouped } from "../people";
import { failureText, useClassroom, useRun } from "../state";
import { ConstraintsEditor } from "./ConstraintsEditor";
import { GroupPreview } from "./GroupPreview";
import { PlanOptions } from "./PlanOptions";
import { DEFAULT_DURATION_S, firstDraft, planFor, planOf } from "./plan";
import { SaveGroups } from "./SaveGroups";
import type { Prepared } from "./saved";
import { TaskFields } from "./TaskFields";

interface Props {
  readonly mode: BreakoutMode;
  /** Groups that were kept: shown, and opened just so. */
  readonly prepared: Prepared | null;
}

/** The second click is Start: the groups that would open are shown at once, everything else has a good default. */
export function PlanEditor({ mode, prepared }: Props) {
  const classroom = useClassroom();
  const run = useRun();
  const room = classroom.room.value;
  const people = (room?.participants ?? []).filter(canBeGrouped);
  const present = people.map((person) => person.id).join(" ");
  const draft = useSignal(firstDraft(mode, people));
  const mixes = useSignal(0);
  const groups = useSignal<readonly GroupSpec[] | null>(null);
  const problem = useSignal<string | null>(null);
  const instruction = useSignal("");
  const durationS = useSignal<number | null>(DEFAULT_DURATION_S);
  const plan = useMemo(
    () => (prepared === null ? planOf(draft.value, people) : { mode, groups: prepared.groups }),
    [draft.value, present, prepared, room?.constraints],
  );

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
      class="breakouts__form"
      onSubmit={(event) => {
        event.preventDefault();
        if (groups.value === null) return;
        const chosen = prepared === null ? planFor(draft.value, groups.value) : plan;
        void run(classroom.openBreakouts(chosen, instruction.value.trim(), durationS.value));
      }}
    >
      <div class="breakouts__scroll">
        {prepared === null ? (
          <PlanOptions draft={draft} people={people} />
        ) : (
          <h3 class="breakouts__part">{prepared.title}</h3>
        )}
        <section class="breakouts__part" aria-labelledby="preview-title">
          <div class="breakouts__row">
            <h3 id="preview-title">{t("breakouts.preview_title")}</h3>
            {mode === "random" && prepared === null ? (
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
          <Absent prepared={prepared} />
          {groups.value === null ? null : <SaveGroups mode={mode} groups={groups.value} />}
          {mode === "manual" || prepared !== null || room === null ? null : <ConstraintsEditor room={room} />}
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

/** Participants who are not counted, because they are away or have lost their connection. */
function Absent({ prepared }: { readonly prepared: Prepared | null }) {
  const people = useClassroom().room.value?.participants ?? [];
  if (prepared !== null)
    return prepared.missing === 0 ? null : (
      <p class="soft">{t("grouping.missing", { count: prepared.missing })}</p>
    );
  const names = people
    .filter((person) => person.role === "participant" && !canBeGrouped(person))
    .map((person) => person.name);
  return names.length === 0 ? null : (
    <p class="soft">{t("grouping.absent", { names: formatNames(names) })}</p>
  );
}
