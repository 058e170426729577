import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Hand } from "../../core/api";
import { t } from "../../i18n";
import { formatNames } from "../../i18n/format";
import { Spoken } from "../common/Card";
import { isStaff } from "../people";
import { useClassroom } from "../state";

/** A class that is asked "who has finished?" is one sentence. */
const GATHER_MS = 1_500;

const keyOf = ({ participant, raisedAtMs }: Hand) => `${participant.id}/${raisedAtMs}`;

/** Tells staff who cannot see the wall whose hands went up: politely and gathered, each once, and only what still stands. */
export function HandsAloud() {
  const classroom = useClassroom();
  const [words, setWords] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>();
  /** What was up when one came in is in the list of people, to be read there. */
  const told = useRef(new Set(classroom.hands.peek().map(keyOf)));
  useSignalEffect(() => {
    const { you } = classroom.room.peek() ?? {};
    const fresh = () =>
      classroom.hands.value.filter((hand) => hand.participant.id !== you && !told.current.has(keyOf(hand)));
    if (fresh().length === 0 || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      const hands = fresh();
      told.current = new Set(classroom.hands.peek().map(keyOf));
      const me = classroom.me.peek();
      if (hands.length > 0 && me !== null && isStaff(me))
        setWords(
          t("people.hands_said", { names: formatNames(hands.map(({ participant }) => participant.name)) }),
        );
    }, GATHER_MS);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  return <Spoken text={words} />;
}
