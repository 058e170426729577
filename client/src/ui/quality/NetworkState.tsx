import { useSignal } from "@preact/signals";
import { Check, TriangleAlert } from "lucide-preact";
import { useEffect, useId, useRef } from "preact/hooks";
import type { OwnQuality } from "../../core/api";
import { t } from "../../i18n";
import { directionWords, type Trouble, troubleOf, troubleWords } from "./words";
import "./quality.css";

interface Props {
  readonly quality: OwnQuality;
  /** What to say while all is well. */
  readonly calm: string;
}

/**
 * In the header: how the person's own network does, in a word or two; a click tells what happens and what to do. Trouble that
 * begins is read out, whole, once; the server's ratings have a margin, so that it does not chatter.
 */
export function NetworkState({ quality, calm }: Props) {
  const open = useSignal(false);
  const box = useRef<HTMLSpanElement>(null);
  const cardId = useId();
  const trouble = troubleOf(quality);
  const words = trouble === null ? null : troubleWords(trouble);
  const Icon = words === null ? Check : TriangleAlert;
  useEffect(() => {
    if (!open.value) return;
    const close = (event: Event) => {
      const outside = event.target instanceof Node && !box.current?.contains(event.target);
      if (outside || (event instanceof KeyboardEvent && event.key === "Escape")) open.value = false;
    };
    for (const type of ["pointerdown", "keydown", "focusin"]) document.addEventListener(type, close);
    return () => {
      for (const type of ["pointerdown", "keydown", "focusin"]) document.removeEventListener(type, close);
    };
  }, [open.value]);
  return (
    <span class="network" ref={box}>
      <button
        type="button"
        class={words === null ? "network__button" : "network__button network__button--trouble"}
        aria-expanded={open.value}
        {...(open.value ? { "aria-controls": cardId } : {})}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Icon size={16} aria-hidden="true" />
        <span>{words?.short ?? calm}</span>
      </button>
      <span class="visually-hidden" role="status">
        {words === null ? "" : `${words.title} ${words.advice}`}
      </span>
      {open.value ? <NetworkCard id={cardId} quality={quality} trouble={trouble} /> : null}
    </span>
  );
}

interface CardProps {
  readonly id: string;
  readonly quality: OwnQuality;
  readonly trouble: Trouble | null;
}

function NetworkCard({ id, quality: { sending, receiving }, trouble }: CardProps) {
  const words = trouble === null ? null : troubleWords(trouble);
  return (
    // biome-ignore lint/a11y/useSemanticElements: no set of form fields
    <span id={id} class="network-card" role="group" aria-label={t("quality.own.title")}>
      <strong>{words?.title ?? t("quality.own.fine")}</strong>
      {words === null ? null : <span>{words.advice}</span>}
      {sending === null ? null : (
        <span class="network-card__way">
          {t("quality.own.sending")} <b>{directionWords(sending)}</b>
        </span>
      )}
      {receiving === null ? null : (
        <span class="network-card__way">
          {t("quality.own.receiving")} <b>{directionWords(receiving)}</b>
        </span>
      )}
    </span>
  );
}
