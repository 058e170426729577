import { useSignal } from "@preact/signals";
import { Bookmark } from "lucide-preact";
import { useId } from "preact/hooks";
import type { GroupSpec } from "../../core/api";
import type { BreakoutMode } from "../../generated/protocol";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";

const NAME_CHARS = 60;

interface Props {
  readonly mode: BreakoutMode;
  readonly groups: readonly GroupSpec[];
}

/** Keeps the groups that are shown under a name, for another day. */
export function SaveGroups({ mode, groups }: Props) {
  const { grouping } = useClassroom();
  const run = useRun();
  const id = useId();
  const name = useSignal("");
  const done = useSignal(false);

  async function save(): Promise<void> {
    const wanted = name.value.trim();
    if (wanted === "") return;
    const plain = groups.map((group) => ({ name: group.name, members: group.members }));
    if (!(await run(grouping.save(wanted, mode, plain)))) return;
    name.value = "";
    done.value = true;
  }

  return (
    <details class="breakouts__more">
      <summary>{t("grouping.save")}</summary>
      <div class="breakouts__send">
        <input
          id={id}
          class="field__control"
          autocomplete="off"
          aria-label={t("grouping.save_name")}
          placeholder={t("grouping.save_name")}
          maxLength={NAME_CHARS}
          value={name.value}
          onInput={(event) => {
            name.value = event.currentTarget.value;
            done.value = false;
          }}
          onKeyDown={(event) => {
            if (event.key !== "Enter") return;
            event.preventDefault(); // the form around it would start the groups
            void save();
          }}
        />
        <Button aria-label={t("grouping.save")} onClick={() => void save()}>
          <Bookmark size={18} aria-hidden="true" />
        </Button>
      </div>
      <p class="field__hint" role="status">
        {done.value ? t("grouping.save_done") : ""}
      </p>
    </details>
  );
}
