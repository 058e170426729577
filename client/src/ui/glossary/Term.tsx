import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { GlossaryTerm } from "../../generated/protocol";
import { bubbleBeside } from "./bubble";
import "./term.css";

interface Props {
  readonly text: string;
  readonly term: GlossaryTerm;
  /** Whether Tab stops at it. */
  readonly reachable?: boolean;
}

/**
 * A word of the glossary: a press shows what it means, over the text. Escape, a press beside it and leaving it with the keyboard
 * close it; it follows the word while the text scrolls, and goes with it.
 */
export function Term({ text, term, reachable = true }: Props) {
  const open = useSignal(false);
  const word = useRef<HTMLButtonElement>(null);
  const bubble = useRef<HTMLSpanElement>(null);
  const shown = open.value;

  useLayoutEffect(() => {
    const button = word.current;
    const box = bubble.current;
    if (!shown || button === null || box === null) return;
    const close = () => {
      open.value = false;
    };
    const place = () => {
      const { left, top } = bubbleBeside(button.getBoundingClientRect(), box.getBoundingClientRect(), {
        width: document.documentElement.clientWidth,
        height: document.documentElement.clientHeight,
      });
      box.style.left = `${left}px`;
      box.style.top = `${top}px`;
    };
    const pressed = ({ target }: PointerEvent) => {
      if (target instanceof Node && !button.contains(target) && !box.contains(target)) close();
    };
    // Also out of the sight that a scrolling list leaves it.
    const sight = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === false) close();
    });
    place();
    sight.observe(button);
    document.addEventListener("pointerdown", pressed, true);
    document.addEventListener("scroll", place, true);
    window.addEventListener("resize", place);
    return () => {
      sight.disconnect();
      document.removeEventListener("pointerdown", pressed, true);
      document.removeEventListener("scroll", place, true);
      window.removeEventListener("resize", place);
    };
  }, [shown, open]);

  return (
    <>
      <button
        ref={word}
        type="button"
        class="term"
        tabIndex={reachable ? 0 : -1}
        aria-expanded={shown}
        onClick={() => {
          open.value = !shown;
        }}
        onBlur={({ relatedTarget }) => {
          // A press on the bubble gives the focus to what surrounds both.
          if (relatedTarget instanceof Node && !relatedTarget.contains(word.current)) open.value = false;
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !shown) return;
          event.preventDefault(); // the panel stays
          open.value = false;
        }}
      >
        {text}
      </button>
      {/* There before it is filled: only then is it read out. */}
      <span role="status">
        {shown ? (
          <span ref={bubble} class="term__meaning" dir="auto">
            {term.meaning}
          </span>
        ) : null}
      </span>
    </>
  );
}
