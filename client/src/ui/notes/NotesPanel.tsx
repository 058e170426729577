import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { t } from "../../i18n";
import { Glossary } from "../glossary/Glossary";
import { SharedNotes } from "./SharedNotes";
import "./notes.css";

const TABS = ["text", "glossary"] as const;

/** The text that everybody writes, and the words of the trade. */
export function NotesPanel() {
  const open = useSignal<(typeof TABS)[number]>("text");
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const choose = (tab: (typeof TABS)[number]) => {
    open.value = tab;
    list.current?.querySelector<HTMLElement>(`[data-tab="${tab}"]`)?.focus();
  };
  return (
    <div class="notes">
      <div
        ref={list}
        class="notes__tabs"
        role="tablist"
        aria-label={t("notes.title")}
        onKeyDown={(event) => {
          // Two tabs: either arrow leads to the other one.
          if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
          event.preventDefault();
          choose(open.value === "text" ? "glossary" : "text");
        }}
      >
        {TABS.map((tab) => (
          <button
            key={tab}
            id={`${id}-${tab}`}
            type="button"
            role="tab"
            class="notes__tab"
            data-tab={tab}
            aria-selected={open.value === tab}
            aria-controls={`${id}-panel`}
            tabIndex={open.value === tab ? 0 : -1}
            onClick={() => choose(tab)}
          >
            {t(`notes.tab_${tab}`)}
          </button>
        ))}
      </div>
      <div
        key={open.value}
        id={`${id}-panel`}
        class="notes__panel"
        role="tabpanel"
        aria-labelledby={`${id}-${open.value}`}
      >
        {open.value === "text" ? <SharedNotes /> : <Glossary />}
      </div>
    </div>
  );
}
