import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { GlossaryTerm } from "../../generated/protocol";
import { useClassroom } from "../state";
import { withTerms } from "./find";
import "./glossary.css";

const NONE: readonly GlossaryTerm[] = [];

export function useGlossary(): readonly GlossaryTerm[] {
  return useClassroom().room.value?.glossary ?? NONE;
}

/** Plain text in which the glossary's words can be tapped: what they mean unfolds right behind them. */
export function GlossaryText({ text }: { readonly text: string }) {
  return (
    <>
      {withTerms(text, useGlossary()).map((piece, index) =>
        piece.term === null ? piece.text : <Term key={index} text={piece.text} term={piece.term} />,
      )}
    </>
  );
}

function Term({ text, term }: { readonly text: string; readonly term: GlossaryTerm }) {
  const open = useSignal(false);
  const id = useId();
  return (
    <>
      <button
        type="button"
        class="term"
        aria-expanded={open.value}
        aria-controls={id}
        onClick={() => {
          open.value = !open.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || !open.value) return;
          event.preventDefault(); // the panel stays
          open.value = false;
        }}
      >
        {text}
      </button>
      <span id={id} class="term__meaning" role="note" hidden={!open.value}>
        {term.meaning}
      </span>
    </>
  );
}
