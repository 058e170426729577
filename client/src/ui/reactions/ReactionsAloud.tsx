import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ShownReaction, Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { formatNames } from "../../i18n/format";
import { nameOf } from "../people";
import { useClassroom } from "../state";
import { REACTION_NAMES, reactionWord } from "./reactions";

/** Fifteen people who applaud are one sentence. */
const GATHER_MS = 1_500;

/** Tells a screen reader who reacts, politely and gathered; the person's own are not repeated to them. */
export function ReactionsAloud() {
  const classroom = useClassroom();
  const [words, setWords] = useState("");
  const told = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const gathered = useRef(new Map<number, ShownReaction>());
  useSignalEffect(() => {
    const you = classroom.room.peek()?.you;
    for (const one of classroom.reactions.shown.value)
      if (one.id > told.current && one.participantId !== you) gathered.current.set(one.id, one);
    if (gathered.current.size === 0 || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      const reactions = [...gathered.current.values()];
      gathered.current.clear();
      told.current = Math.max(...reactions.map(({ id }) => id));
      const room = classroom.room.peek();
      if (room !== null) setWords(sentence(room, reactions));
    }, GATHER_MS);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <p class="visually-hidden" role="status">
      {words}
    </p>
  );
}

function sentence(room: Snapshot, reactions: readonly ShownReaction[]): string {
  return REACTION_NAMES.flatMap((name) => {
    const who = new Set(
      reactions.filter(({ reaction }) => reaction === name).map((one) => one.participantId),
    );
    if (who.size === 0) return [];
    const names = formatNames([...who].map((id) => nameOf(room, id)));
    return [t("reaction.said", { reaction: reactionWord(name), names })];
  }).join(" ");
}
