import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import "./dialog.css";

interface Props {
  readonly title: string;
  /** Escape, or a click beside the dialog. */
  readonly onClose: () => void;
  readonly role?: "dialog" | "alertdialog";
  /** "sheet" covers the whole (small) screen; "wide" is a card with room for two columns. */
  readonly shape?: "card" | "wide" | "sheet";
  /** A panel brings its own heading; the title then only names the dialog. */
  readonly ownHeading?: boolean;
  readonly children: ComponentChildren;
}

/** A modal dialog: focus goes to its heading, stays inside, and returns to where it was. */
export function Dialog({ title, onClose, role, shape = "card", ownHeading = false, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const headingId = useId();

  useLayoutEffect(() => {
    const dialog = ref.current;
    const opener = document.activeElement;
    // Browsers before 2022 have no <dialog>: it is then shown as a fixed box, without the trap.
    if (dialog?.showModal) dialog.showModal();
    else dialog?.setAttribute("open", "");
    dialog?.querySelector<HTMLElement>("[data-initial-focus], h2")?.focus();
    return () => {
      dialog?.close?.();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way (the cancel event)
    <dialog
      ref={ref}
      class={`dialog dialog--${shape}`}
      {...(role ? { role } : {})}
      {...(ownHeading ? { "aria-label": title } : { "aria-labelledby": headingId })}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      {/* A click on the inner box is never a click "beside". */}
      <div class="dialog__box">
        {ownHeading ? null : (
          <h2 id={headingId} class="dialog__title" tabIndex={-1}>
            {title}
          </h2>
        )}
        {children}
      </div>
    </dialog>
  );
}
