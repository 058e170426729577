import type { ButtonHTMLAttributes, ComponentChildren } from "preact";
import "./button.css";

interface Props extends ButtonHTMLAttributes {
  readonly kind?: "primary" | "plain" | "quiet" | "danger";
  readonly large?: boolean;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}

export function Button({ kind = "plain", large = false, wide = false, children, ...rest }: Props) {
  const classes = ["button", `button--${kind}`, large && "button--large", wide && "button--wide"];
  return (
    <button type="button" {...rest} class={classes.filter(Boolean).join(" ")}>
      {children}
    </button>
  );
}
