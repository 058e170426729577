import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import "./icon-button.css";

interface Props extends ButtonHTMLAttributes {
  readonly label: string;
  readonly children: ComponentChildren;
}

/** A button that shows only an icon; `label` is its name and its tooltip. */
export function IconButton({ label, children, ...rest }: Props) {
  return (
    <button type="button" aria-label={label} title={label} {...rest} class="icon-button">
      {children}
    </button>
  );
}
