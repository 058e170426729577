/** Others' cursors in the text, with their names. The page's policy allows no inline styles: colours are classes. */
import { type Extension, RangeSet, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import * as Y from "yjs";
import { hueOf } from "../people";
import type { Cursor, NotePad } from "./pad";

export interface NamedCursor extends Cursor {
  readonly id: string;
  readonly name: string;
}

class Caret extends WidgetType {
  constructor(
    private readonly name: string,
    private readonly hue: number,
  ) {
    super();
  }

  override eq(other: Caret): boolean {
    return other.name === this.name && other.hue === this.hue;
  }

  override toDOM(): HTMLElement {
    const caret = document.createElement("span");
    caret.className = `caret caret--${this.hue}`;
    // Screen readers read the text, not whose cursor stands in it.
    caret.setAttribute("aria-hidden", "true");
    const name = document.createElement("span");
    name.className = "caret__name";
    name.textContent = this.name;
    caret.append(name);
    return caret;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

const shown = StateEffect.define<DecorationSet>();

const field = StateField.define<DecorationSet>({
  create: () => RangeSet.empty,
  update: (carets, transaction) => {
    const effect = transaction.effects.find((one) => one.is(shown));
    return effect ? (effect.value as DecorationSet) : carets.map(transaction.changes);
  },
  provide: (self) => EditorView.decorations.from(self),
});

export const remoteCursors: Extension = field;

export function showCursors(view: EditorView, pad: NotePad, cursors: readonly NamedCursor[]): void {
  const length = view.state.doc.length;
  const ranges = cursors.flatMap(({ id, name, anchor, head }) => {
    const at = positionOf(pad, head);
    const from = positionOf(pad, anchor);
    if (at === null || from === null || at > length || from > length) return [];
    const hue = hueOf(id);
    const caret = Decoration.widget({ widget: new Caret(name, hue), side: 1 }).range(at);
    if (from === at) return [caret];
    const mark = Decoration.mark({ class: `chosen chosen--${hue}` });
    return [mark.range(Math.min(from, at), Math.max(from, at)), caret];
  });
  view.dispatch({ effects: shown.of(Decoration.set(ranges, true)) });
}

/** Null: it points at what is not here (yet), or is no position at all. */
function positionOf(pad: NotePad, encoded: Uint8Array): number | null {
  try {
    const position = Y.decodeRelativePosition(encoded);
    return Y.createAbsolutePositionFromRelativePosition(position, pad.doc)?.index ?? null;
  } catch {
    return null;
  }
}

export function encodePosition(pad: NotePad, index: number): Uint8Array {
  return Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(pad.text, index));
}
