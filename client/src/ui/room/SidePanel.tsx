import { X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../i18n";
import { Dialog } from "../common/Dialog";
import { IconButton } from "../common/IconButton";
import type { PanelName } from "./panels/panel";
import "./side-panel.css";

interface Props {
  readonly name: PanelName;
  readonly title: string;
  /** Covers the whole screen (phones) instead of standing beside the pictures. */
  readonly sheet: boolean;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** The open panel. Escape closes it; focus goes in on opening and back to where it was on closing. */
export function SidePanel({ name, title, sheet, onClose, children }: Props) {
  const headingId = `panel-${name}-title`;
  const inside = (
    <>
      <div class="panel__top">
        <h2 id={headingId} tabIndex={-1}>
          {title}
        </h2>
        <IconButton label={t("app.close")} aria-describedby={headingId} onClick={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      <div class="panel__body">{children}</div>
    </>
  );
  if (sheet) {
    return (
      <Dialog title={title} shape="sheet" ownHeading onClose={onClose}>
        <div id={`panel-${name}`} class="panel panel--sheet">
          {inside}
        </div>
      </Dialog>
    );
  }
  return (
    <BesidePanel id={`panel-${name}`} headingId={headingId} onClose={onClose}>
      {inside}
    </BesidePanel>
  );
}

interface BesideProps {
  readonly id: string;
  readonly headingId: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

function BesidePanel({ id, headingId, onClose, children }: BesideProps) {
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const element = panel.current;
    const first = element?.querySelector<HTMLElement>("[data-panel-focus]") ?? element?.querySelector("h2");
    first?.focus();
    return () => {
      const focusWasHere = element?.contains(document.activeElement) ?? false;
      if (focusWasHere && opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <aside
      ref={panel}
      id={id}
      class="panel"
      aria-labelledby={headingId}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </aside>
  );
}
