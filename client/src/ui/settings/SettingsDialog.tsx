import { useId, useRef } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Dialog } from "../common/Dialog";
import { useClassroom, useUi } from "../state";
import { SECTIONS } from "./sections";
import "./settings.css";

/** Everything that is set rarely, a tab for each subject (sections.ts). */
export function SettingsDialog() {
  const classroom = useClassroom();
  const ui = useUi();
  const id = useId();
  const tabs = useRef<HTMLDivElement>(null);
  const joined = classroom.room.value !== null;
  const sections = SECTIONS.filter((section) => joined || section.beforeJoining);
  const at = Math.max(
    0,
    sections.findIndex(({ name }) => name === ui.settingsSection.value),
  );
  const open = sections[at];
  if (open === undefined) return null;
  const { Content } = open;
  const close = () => {
    ui.dialog.value = null;
  };

  /** Arrow keys go round the tabs, Home and End to the outer ones (ARIA Authoring Practices, Tabs). */
  function onKeyDown(event: KeyboardEvent): void {
    const last = sections.length - 1;
    const next = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: last,
    };
    const to = next[event.key as keyof typeof next];
    if (to === undefined) return;
    event.preventDefault();
    const section = sections[(to + sections.length) % sections.length];
    if (section === undefined) return;
    ui.settingsSection.value = section.name;
    tabs.current?.querySelector<HTMLElement>(`[data-tab="${section.name}"]`)?.focus();
  }

  return (
    <Dialog title={t("settings.title")} shape="wide" onClose={close}>
      <div class="settings">
        <div
          ref={tabs}
          class="settings__tabs"
          role="tablist"
          aria-label={t("settings.title")}
          onKeyDown={onKeyDown}
        >
          {sections.map(({ name, icon: Icon }) => (
            <button
              key={name}
              id={`${id}-${name}`}
              type="button"
              role="tab"
              class="settings__tab"
              data-tab={name}
              aria-selected={name === open.name}
              aria-controls={`${id}-panel`}
              tabIndex={name === open.name ? 0 : -1}
              onClick={() => {
                ui.settingsSection.value = name;
              }}
            >
              <Icon size={20} aria-hidden="true" />
              {t(`settings.${name}`)}
            </button>
          ))}
        </div>
        <div
          key={open.name}
          id={`${id}-panel`}
          role="tabpanel"
          class="settings__panel"
          aria-labelledby={`${id}-${open.name}`}
        >
          <Content />
        </div>
      </div>
      <div class="dialog__actions dialog__actions--sticky">
        <Button kind="primary" onClick={close}>
          {t("app.close")}
        </Button>
      </div>
    </Dialog>
  );
}
