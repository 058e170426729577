import { X } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { t } from "../../i18n";
import { IconButton } from "./IconButton";
import "./card.css";

interface Props {
  readonly title: ComponentChildren;
  readonly icon?: ComponentChildren;
  /** A line above the title. */
  readonly lead?: string;
  /** "floor": one's own turn; "calm": for information. */
  readonly look?: "plain" | "floor" | "calm";
  /** Absent: it cannot be put away. */
  readonly onClose?: () => void;
  readonly children?: ComponentChildren;
}

/** Something short-lived over the lower edge of the pictures, with its one or two answers. Never takes the focus. */
export function Card({ title, icon, lead, look = "plain", onClose, children }: Props) {
  const id = useId();
  return (
    <section class={`card card--${look}`} aria-labelledby={id}>
      {icon ? (
        <span class="card__icon" aria-hidden="true">
          {icon}
        </span>
      ) : null}
      <div class="card__body">
        {lead ? <p class="card__lead">{lead}</p> : null}
        <h2 id={id} class="card__title">
          {title}
        </h2>
        {children}
      </div>
      {onClose ? (
        <span class="card__close">
          <IconButton label={t("app.close")} aria-describedby={id} onClick={onClose}>
            <X size={20} aria-hidden="true" />
          </IconButton>
        </span>
      ) : null}
    </section>
  );
}

/** Read out once when it changes, and seen by nobody: what a card says to those who do not see it appear. */
export function Spoken({ text }: { readonly text: string }) {
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  );
}
