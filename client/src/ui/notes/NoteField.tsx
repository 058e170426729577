import { effect, useSignalEffect } from "@preact/signals";
import { CloudAlert, CloudCheck, CloudOff, LoaderCircle } from "lucide-preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { CommandError } from "../../core/api";
import { t } from "../../i18n";
import { fail, failureText, useClassroom, useUi } from "../state";
import { showCursors } from "./cursors";
import { canEdit, mountEditor, PASTE_CHARS } from "./editor";
import type { NotePad, PadState } from "./pad";

interface Props {
  readonly pad: NotePad;
  readonly name: string;
  readonly readOnly: boolean;
}

const ICONS = {
  opening: LoaderCircle,
  saved: CloudCheck,
  saving: LoaderCircle,
  offline: CloudOff,
  refused: CloudAlert,
} as const satisfies Record<PadState, unknown>;

/** The text itself, and whether it is safe. */
export function NoteField({ pad, name, readOnly }: Props) {
  const classroom = useClassroom();
  const ui = useUi();
  const host = useRef<HTMLDivElement>(null);
  const state = pad.state.value;
  const Icon = ICONS[state];

  useSignalEffect(() => {
    if (classroom.connection.value.kind === "connected") pad.open();
    else pad.lost();
  });
  useLayoutEffect(() => () => pad.close(), [pad]);
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null || !canEdit()) return;
    const view = mountEditor(element, pad, {
      label: t("notes.label", { name }),
      placeholder: t(readOnly ? "notes.nothing" : "notes.placeholder"),
      readOnly,
      tooMuch: () => fail(ui, t("notes.paste_less", { count: PASTE_CHARS })),
    });
    const stop = effect(() => {
      const people = new Map(classroom.room.value?.participants.map((one) => [one.id, one.name]));
      const cursors = [...pad.cursors.value].flatMap(([id, cursor]) => {
        const person = people.get(id);
        return person === undefined ? [] : [{ ...cursor, id, name: person }];
      });
      showCursors(view, pad, cursors);
    });
    return () => {
      stop();
      view.destroy();
    };
  }, [pad, name, readOnly, classroom, ui]);

  const words =
    state === "refused" ? failureText(new CommandError(pad.problem.value ?? "")) : t(`notes.${state}`);
  return (
    <>
      {canEdit() ? <div ref={host} class="notes__field" /> : <PlainText pad={pad} />}
      <p class={`notes__state notes__state--${state}`} role={state === "refused" ? "alert" : undefined}>
        <Icon size={18} aria-hidden="true" />
        {words}
      </p>
    </>
  );
}

/** For browsers that cannot show the editor. */
function PlainText({ pad }: { readonly pad: NotePad }) {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const show = () => {
      if (place.current !== null) place.current.textContent = pad.text.toString();
    };
    show();
    pad.text.observe(show);
    return () => pad.text.unobserve(show);
  }, [pad]);
  return (
    <>
      <p class="notes__old small">{t("notes.old_browser")}</p>
      <div ref={place} class="notes__field notes__field--plain" />
    </>
  );
}
