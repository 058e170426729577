import { CircleAlert, CircleCheck, Eye, TriangleAlert } from "lucide-preact";
import type { Status } from "../../generated/ops";
import "./status.css";

const ICONS = { serious: CircleAlert, trouble: TriangleAlert, attention: Eye, fine: CircleCheck } as const;

interface Props {
  readonly status: Status;
  readonly text: string;
}

/** A state by its word, its sign and its colour: none of them alone. */
export function StatusTag({ status, text }: Props) {
  const Icon = ICONS[status];
  return (
    <span class={`status status--${status}`}>
      <Icon size={16} aria-hidden="true" />
      {text}
    </span>
  );
}
