import { useId } from "preact/hooks";
import type { ToolFace } from "./tool";
import "./toolbar-button.css";

interface Props extends ToolFace {
  readonly onClick: () => void;
}

/** An icon with its word under it. Its name stays the same whatever the badge says: the badge is drawn by the style. */
export function ToolbarButton(props: Props) {
  const {
    icon: Icon,
    label,
    name,
    look = "plain",
    shortcut,
    expanded,
    controls,
    popup,
    count = 0,
    description,
  } = props;
  const id = useId();
  return (
    <button
      type="button"
      class={`tool tool--${look}`}
      aria-label={name}
      title={shortcut ? `${name} (${shortcut})` : name}
      {...(shortcut ? { "aria-keyshortcuts": shortcut } : {})}
      {...(expanded === undefined ? {} : { "aria-expanded": expanded })}
      {...(popup ? { "aria-haspopup": popup } : {})}
      {...(controls !== undefined && expanded ? { "aria-controls": controls } : {})}
      {...(description ? { "aria-describedby": id } : {})}
      onClick={props.onClick}
    >
      <span class="tool__icon">
        <Icon size={22} aria-hidden="true" />
        {count > 0 ? <span class="tool__badge" data-count={count > 99 ? "99+" : count} /> : null}
      </span>
      <span class="tool__label" aria-hidden="true">
        {label}
      </span>
      {description ? (
        <span id={id} hidden>
          {description}
        </span>
      ) : null}
    </button>
  );
}
