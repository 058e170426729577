import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { Hand, X } from "lucide-preact";
import type { RefObject } from "preact";
import { useRef } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { IconButton } from "../common/IconButton";
import { useClassroom, useRun } from "../state";
import { asksForFloor } from "./hand-words";

export interface Offer {
  readonly open: boolean;
  readonly button: RefObject<HTMLSpanElement>;
  isCommand(text: string): boolean;
  focus(): void;
  close(): void;
}

/** Whoever writes that they want to speak is offered the hand. It is never raised by itself. */
export function useHandOffer(text: Signal<string>): Offer {
  const { me, hands } = useClassroom();
  const wanted = useSignal(false);
  const refused = useSignal(false);
  const button = useRef<HTMLSpanElement>(null);
  const up = hands.value.some((hand) => hand.participant.id === me.value?.id);
  const mayRaise = me.value !== null && me.value.role !== "observer";

  useSignalEffect(() => {
    // Sending empties the box: the offer stays until it is answered.
    if (asksForFloor(text.value) !== null) wanted.value = true;
    else if (text.value !== "") wanted.value = false;
  });

  return {
    open: wanted.value && !refused.value && !up && mayRaise,
    button,
    isCommand: (said) => asksForFloor(said) === "command" && !up && mayRaise,
    focus: () => {
      refused.value = false;
      requestAnimationFrame(() => button.current?.querySelector("button")?.focus());
    },
    close: () => {
      refused.value = true;
    },
  };
}

export function HandOffer({ offer, onDone }: { readonly offer: Offer; readonly onDone: () => void }) {
  const classroom = useClassroom();
  const run = useRun();
  return (
    <div role="status">
      {offer.open ? (
        <div class="composer__offer">
          <Hand size={18} aria-hidden="true" />
          <span>{t("chat.hand_question")}</span>
          <span ref={offer.button}>
            <Button
              onClick={() => {
                void run(classroom.raiseHand());
                onDone();
              }}
            >
              {t("chat.hand_raise")}
            </Button>
          </span>
          <IconButton label={t("chat.hand_no")} onClick={offer.close}>
            <X size={18} aria-hidden="true" />
          </IconButton>
        </div>
      ) : null}
    </div>
  );
}
