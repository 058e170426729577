import { Lock, SlidersHorizontal } from "lucide-preact";
import { useId } from "preact/hooks";
import type { RoomLayout, Rules, Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { useClassroom, useRun } from "../state";
import { KeptOutList } from "./KeptOutList";
import "./moderation.css";

const RULES: readonly (keyof Rules)[] = ["unmute", "screen", "chat", "lobby", "locked"];
const HINTS: Partial<Record<keyof Rules, "rules.unmute_hint" | "rules.chat_hint" | "rules.locked_hint">> = {
  unmute: "rules.unmute_hint",
  chat: "rules.chat_hint",
  locked: "rules.locked_hint",
};
const LAYOUTS: readonly RoomLayout[] = ["gallery", "speaker", "screen"];

/** Staff: what participants may do, who comes in, and everybody's layout. Closed until it is wanted. */
export function RoomRules({ room }: { readonly room: Snapshot }) {
  const Icon = room.rules.locked ? Lock : SlidersHorizontal;
  return (
    <details
      class="people__part rules"
      onToggle={({ currentTarget: opened }) => {
        // It stands last in its panel: what unfolds would stay below the edge.
        if (opened.open) opened.scrollIntoView({ block: "start" });
      }}
    >
      <summary class="rules__summary">
        <Icon size={20} aria-hidden="true" />
        {t("rules.title")}
      </summary>
      <ul class="rules__list">
        {RULES.map((rule) => (
          <RuleSwitch key={rule} rule={rule} on={room.rules[rule]} />
        ))}
      </ul>
      <LayoutChoice layout={room.layout} />
      <KeptOutList keptOut={room.kept_out} />
    </details>
  );
}

function RuleSwitch({ rule, on }: { readonly rule: keyof Rules; readonly on: boolean }) {
  const { moderation } = useClassroom();
  const run = useRun();
  const id = useId();
  const hint = HINTS[rule];
  return (
    <li class="rule">
      <label class="rule__label" for={id}>
        <span>{t(`rules.${rule}`)}</span>
        <input
          id={id}
          class="rule__switch"
          type="checkbox"
          checked={on}
          {...(hint ? { "aria-describedby": `${id}-hint` } : {})}
          onChange={(event) => {
            // The room decides: until it has, the switch shows how things are.
            const wanted = event.currentTarget.checked;
            event.currentTarget.checked = on;
            void run(moderation.setRules({ [rule]: wanted }));
          }}
        />
      </label>
      {hint ? (
        <p id={`${id}-hint`} class="field__hint">
          {t(hint)}
        </p>
      ) : null}
    </li>
  );
}

function LayoutChoice({ layout }: { readonly layout: RoomLayout | null }) {
  const { moderation } = useClassroom();
  const run = useRun();
  const id = useId();
  return (
    <div class="field rules__layout">
      <label class="field__label" for={id}>
        {t("rules.layout")}
      </label>
      <select
        id={id}
        class="field__control"
        value={layout ?? ""}
        onChange={(event) => {
          const chosen = LAYOUTS.find((one) => one === event.currentTarget.value) ?? null;
          void run(moderation.setLayout(chosen));
        }}
      >
        <option value="">{t("rules.layout_own")}</option>
        {LAYOUTS.map((one) => (
          <option key={one} value={one}>
            {t(`rules.layout_${one}`)}
          </option>
        ))}
      </select>
    </div>
  );
}
