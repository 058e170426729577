import { useSignal } from "@preact/signals";
import { X } from "lucide-preact";
import type { Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { IconButton } from "../common/IconButton";
import { useClassroom, useRun } from "../state";

type Kind = "apart" | "together";
const KINDS: readonly Kind[] = ["apart", "together"];

/** Who is kept apart, who together. Only staff see it; it holds until it is taken back. */
export function ConstraintsEditor({ room }: { readonly room: Snapshot }) {
  const { grouping } = useClassroom();
  const run = useRun();
  const first = useSignal("");
  const second = useSignal("");
  const kind = useSignal<Kind>("apart");
  const { constraints } = room;
  const people = room.participants.filter((person) => person.role === "participant");
  const nameOf = (id: string | undefined) =>
    room.participants.find((person) => person.id === id)?.name ?? t("grouping.unknown_person");
  const rows = KINDS.flatMap((one) => constraints[one].map((pair) => ({ kind: one, pair })));

  async function add(): Promise<void> {
    const pair = [first.value, second.value];
    if (pair.includes("") || pair[0] === pair[1]) return;
    const list = [...constraints[kind.value], pair];
    if (!(await run(grouping.setConstraints({ ...constraints, [kind.value]: list })))) return;
    first.value = second.value = "";
  }

  return (
    <details class="breakouts__more" open={rows.length > 0}>
      <summary>{t("grouping.constraints")}</summary>
      {rows.length === 0 ? <p class="field__hint">{t("grouping.none")}</p> : null}
      <ul>
        {rows.map(({ kind: one, pair }) => {
          const what = t(`grouping.pair_${one}`, { one: nameOf(pair[0]), other: nameOf(pair[1]) });
          return (
            <li key={`${one} ${pair.join(" ")}`} class="constraint__pair">
              {what}
              <IconButton
                label={t("grouping.remove", { what })}
                onClick={() =>
                  run(
                    grouping.setConstraints({
                      ...constraints,
                      [one]: constraints[one].filter((other) => other !== pair),
                    }),
                  )
                }
              >
                <X size={18} aria-hidden="true" />
              </IconButton>
            </li>
          );
        })}
      </ul>
      <div class="constraint">
        {[first, second].map((choice, index) => (
          <select
            key={index}
            class="field__control"
            aria-label={t(index === 0 ? "grouping.first" : "grouping.second")}
            value={choice.value}
            onChange={(event) => {
              choice.value = event.currentTarget.value;
            }}
          >
            <option value="">{t("grouping.choose")}</option>
            {people.map((person) => (
              <option key={person.id} value={person.id}>
                {person.name}
              </option>
            ))}
          </select>
        ))}
        <select
          class="field__control"
          aria-label={t("grouping.kind")}
          value={kind.value}
          onChange={(event) => {
            kind.value = event.currentTarget.value === "together" ? "together" : "apart";
          }}
        >
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {t(`grouping.${one}`)}
            </option>
          ))}
        </select>
        <Button onClick={() => void add()}>{t("grouping.add")}</Button>
      </div>
    </details>
  );
}
