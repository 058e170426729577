import type { GlossaryTerm } from "../../generated/protocol";
import { useClassroom } from "../state";
import { withTerms } from "./find";
import { Term } from "./Term";

const NONE: readonly GlossaryTerm[] = [];

export function useGlossary(): readonly GlossaryTerm[] {
  return useClassroom().room.value?.glossary ?? NONE;
}

/** Plain text in which the glossary's words can be tapped, each where it comes first. */
export function GlossaryText({ text }: { readonly text: string }) {
  return (
    <>
      {withTerms(text, useGlossary(), new Set()).map((piece, index) =>
        piece.term === null ? piece.text : <Term key={index} text={piece.text} term={piece.term} />,
      )}
    </>
  );
}
