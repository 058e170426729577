import type { Participant } from "../../core/api";
import { hueOf, initials } from "../people";
import "./avatar.css";

interface Props {
  readonly person: Pick<Participant, "id" | "name">;
}

/** The initials on a colour that the person keeps; decoration beside the written name. */
export function Avatar({ person }: Props) {
  return (
    <span class={`avatar avatar--${hueOf(person.id)}`} aria-hidden="true">
      {initials(person.name)}
    </span>
  );
}
