import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import type { RoomContext } from "../context";
import { useRoomContext } from "../state";
import { Chord, chordWords } from "./Chord";
import { chordOf, heldKeyOf } from "./chord";
import { chooseChord, chosenChord, holderOf, restoreChords, setShortcutsOn } from "./keys";
import { shortcutsFor, shortcutWords } from "./run";
import type { ShortcutName } from "./shortcuts";
import "./shortcuts.css";

/** All shortcuts: on or off, and the keys of each. */
export function ShortcutSettings() {
  const context = useRoomContext();
  const id = useId();
  /** The one that waits for new keys. */
  const changing = useSignal<ShortcutName | null>(null);
  if (context === null) return null;
  const { ui } = context;
  const on = ui.shortcuts.on.value;
  // Push-to-talk is turned on by itself, and has its key whatever becomes of the others.
  const names = shortcutsFor(context).filter((name) => on || (name === "talk" && ui.pushToTalk.value));
  return (
    <>
      <label class="settings__check" for={id}>
        <input
          id={id}
          type="checkbox"
          checked={on}
          onChange={(event) => setShortcutsOn(ui, event.currentTarget.checked)}
        />
        {t("settings.shortcuts_on")}
      </label>
      {names.length > 0 ? (
        <>
          <ul class="shortcuts">
            {names.map((name) => (
              <Row
                key={name}
                name={name}
                context={context}
                changing={changing.value === name}
                onChanging={(now) => {
                  changing.value = now ? name : null;
                }}
              />
            ))}
          </ul>
          {Object.keys(ui.shortcuts.own.value).length === 0 ? null : (
            <Button onClick={() => restoreChords(ui)}>{t("shortcuts.restore")}</Button>
          )}
        </>
      ) : null}
    </>
  );
}

interface RowProps {
  readonly name: ShortcutName;
  readonly context: RoomContext;
  readonly changing: boolean;
  readonly onChanging: (changing: boolean) => void;
}

function Row({ name, context, changing, onChanging }: RowProps) {
  const { ui } = context;
  const change = useRef<HTMLButtonElement>(null);
  const chord = chosenChord(ui.shortcuts.own.value, name);
  const what = shortcutWords(name, context) ?? "";
  const done = () => {
    onChanging(false);
    change.current?.focus();
  };
  return (
    <li class="shortcuts__row">
      <span class="shortcuts__what">{what}</span>
      <span class="shortcuts__keys">
        {chord === "" ? <span class="soft">{t("shortcuts.none")}</span> : <Chord chord={chord} />}
      </span>
      <button
        ref={change}
        type="button"
        class="button button--quiet"
        aria-expanded={changing}
        aria-label={t("shortcuts.change_one", { what })}
        onClick={() => onChanging(!changing)}
      >
        {t("shortcuts.change")}
      </button>
      {changing ? <Capture name={name} context={context} onDone={done} /> : null}
    </li>
  );
}

interface CaptureProps {
  readonly name: ShortcutName;
  readonly context: RoomContext;
  readonly onDone: () => void;
}

/** Takes the next keys; Escape leaves things as they were. */
function Capture({ name, context, onDone }: CaptureProps) {
  const { ui } = context;
  const field = useRef<HTMLDivElement>(null);
  const refusal = useSignal<string | null>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Tab" || ["Alt", "Shift", "Control", "Meta", "AltGraph"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") {
      onDone();
      return;
    }
    const chord = name === "talk" ? heldKeyOf(event) : chordOf(event);
    const mine = shortcutsFor(context);
    const holder = chord === null ? null : holderOf(ui.shortcuts.own.value, chord, name, mine);
    if (chord === null) refusal.value = t(name === "talk" ? "shortcuts.one_key" : "shortcuts.not_possible");
    else if (holder !== null)
      refusal.value = t("shortcuts.taken", {
        keys: chordWords(chord),
        what: shortcutWords(holder, context) ?? "",
      });
    else {
      chooseChord(ui, name, chord);
      onDone();
    }
  }

  return (
    <div class="shortcuts__capture">
      {/* biome-ignore lint/a11y/useSemanticElements: it takes keys, not text; an input would type them */}
      <div
        ref={field}
        role="textbox"
        tabIndex={0}
        class="shortcuts__field"
        aria-label={t("shortcuts.press")}
        aria-describedby={id}
        onKeyDown={onKeyDown}
      >
        {t("shortcuts.press")}
      </div>
      <p id={id} role="status" class={refusal.value === null ? "field__hint" : "field__error"}>
        {refusal.value ?? t(name === "talk" ? "shortcuts.one_key" : "shortcuts.press_hint")}
      </p>
      <div class="shortcuts__choices">
        <Button onClick={onDone}>{t("app.cancel")}</Button>
        {name === "talk" ? null : (
          <Button
            kind="quiet"
            onClick={() => {
              chooseChord(ui, name, "");
              onDone();
            }}
          >
            {t("shortcuts.remove")}
          </Button>
        )}
      </div>
    </div>
  );
}
