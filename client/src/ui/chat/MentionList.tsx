import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import type { Participant } from "../../core/api";
import { t } from "../../i18n";
import { Avatar } from "../common/Avatar";
import { type Asking, askingAt, candidates } from "./mentions";

export interface Mentions {
  readonly people: readonly Participant[];
  readonly active: number;
  /** What the text box says of the list (ARIA 1.2, a textbox with a list of suggestions). */
  attributes(listId: string): object;
  /** Looks again at what stands before the caret. */
  look(): void;
  close(): void;
  /** Whether the key was for the list. */
  onKeyDown(event: KeyboardEvent): boolean;
  choose(person: Participant): void;
}

/** Offers names while "@…" is typed. */
export function useMentions(
  people: readonly Participant[],
  box: RefObject<HTMLTextAreaElement>,
  write: (text: string) => void,
): Mentions {
  const asking = useSignal<Asking | null>(null);
  const active = useSignal(0);
  const offered = asking.value === null ? [] : candidates(people, asking.value.query);

  function look(): void {
    const element = box.current;
    const caret = element?.selectionStart ?? 0;
    const next = element && caret === element.selectionEnd ? askingAt(element.value, caret) : null;
    if (next?.query !== asking.peek()?.query) active.value = 0;
    asking.value = next;
  }

  function close(): void {
    asking.value = null;
  }

  function choose(person: Participant): void {
    const element = box.current;
    const at = asking.peek();
    if (!element || !at) return;
    const before = `${element.value.slice(0, at.from)}@${person.name} `;
    const after = element.value.slice(at.from + 1 + at.query.length).replace(/^ /u, "");
    write(before + after);
    close();
    element.focus();
    // After the new text is in the box.
    requestAnimationFrame(() => element.setSelectionRange(before.length, before.length));
  }

  function onKeyDown(event: KeyboardEvent): boolean {
    if (offered.length === 0) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const person = offered[active.peek()];
    if (step !== 0) active.value = (active.peek() + step + offered.length) % offered.length;
    else if (event.key === "Escape") close();
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && person) choose(person);
    else return false;
    event.preventDefault();
    return true;
  }

  return {
    people: offered,
    active: active.value,
    attributes: (listId) =>
      offered.length === 0
        ? {}
        : {
            "aria-controls": listId,
            "aria-activedescendant": `${listId}-${active.value}`,
            "aria-haspopup": "listbox",
          },
    look,
    close,
    onKeyDown,
    choose,
  };
}

export function MentionList({ id, mentions }: { readonly id: string; readonly mentions: Mentions }) {
  const { people, active } = mentions;
  return (
    <>
      {people.length === 0 ? null : (
        <div id={id} class="mentions" role="listbox" aria-label={t("chat.people")}>
          {people.map((person, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the text box keeps the focus and has the keys
            <div
              key={person.id}
              id={`${id}-${index}`}
              class="mentions__one"
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              // Before the text box loses the focus.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => mentions.choose(person)}
            >
              <Avatar person={person} />
              <bdi>{person.name}</bdi>
            </div>
          ))}
        </div>
      )}
      <span class="visually-hidden" role="status">
        {people.length === 0 ? "" : t("chat.people_found", { count: people.length })}
      </span>
    </>
  );
}
