import type { ComponentChildren } from "preact";
import "./facts.css";

interface FactsProps {
  readonly children: ComponentChildren;
}

export function Facts({ children }: FactsProps) {
  return <dl class="ops-facts">{children}</dl>;
}

interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
}

/** A name and what is known of it. */
export function Fact({ name, children }: FactProps) {
  return (
    <div class="ops-facts__row">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
