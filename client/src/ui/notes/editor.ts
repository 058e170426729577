/**
 * The text field of a note: CodeMirror bound to the pad's text, in a shadow root, because CodeMirror's own styles are then
 * constructed style sheets, which the page's policy allows.
 */
import { defaultKeymap } from "@codemirror/commands";
import {
  defineLanguageFacet,
  HighlightStyle,
  Language,
  languageDataProp,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { parser } from "@lezer/markdown";
import { yCollab, yUndoManagerKeymap } from "y-codemirror.next";
import { encodePosition, remoteCursors } from "./cursors";
import type { NotePad } from "./pad";
import { theme } from "./theme";

export interface EditorOptions {
  readonly label: string;
  readonly placeholder: string;
  readonly readOnly: boolean;
  /** More was pasted than goes at once. */
  readonly tooMuch: () => void;
}

/** Pasted at once; in UTF-8 it stays below the largest update. */
export const PASTE_CHARS = 12_000;

const data = defineLanguageFacet({ commentTokens: { block: { open: "<!--", close: "-->" } } });
const markdown = new Language(
  data,
  parser.configure({ props: [languageDataProp.add({ Document: data })] }),
  [],
  "markdown",
);
const look = HighlightStyle.define([
  { tag: tags.heading1, class: "md-heading md-heading--1" },
  { tag: tags.heading, class: "md-heading" },
  { tag: tags.strong, class: "md-strong" },
  { tag: tags.emphasis, class: "md-emphasis" },
  { tag: tags.monospace, class: "md-code" },
  { tag: tags.link, class: "md-link" },
  { tag: tags.url, class: "md-link" },
  { tag: tags.quote, class: "md-quote" },
  { tag: tags.processingInstruction, class: "md-mark" },
]);

/** Browsers before 2023 may lack constructed style sheets; there the note can be read. */
export const canEdit = (): boolean => "adoptedStyleSheets" in Document.prototype;

export function mountEditor(host: HTMLElement, pad: NotePad, options: EditorOptions): EditorView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({ doc: pad.text.toString(), extensions: extensions(pad, options) }),
  });
  return view;
}

function extensions(pad: NotePad, { label, placeholder: hint, readOnly, tooMuch }: EditorOptions): Extension {
  return [
    yCollab(pad.text, null),
    // Tab is not among them: it leads out of the field, as everywhere.
    keymap.of([...yUndoManagerKeymap, ...defaultKeymap]),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "true", autocapitalize: "sentences" }),
    EditorState.readOnly.of(readOnly),
    EditorView.editable.of(!readOnly),
    placeholder(hint),
    markdown.extension,
    syntaxHighlighting(look),
    remoteCursors,
    theme,
    EditorState.transactionFilter.of((transaction) => {
      let inserted = 0;
      if (transaction.isUserEvent("input"))
        transaction.changes.iterChanges((_from, _to, _fromB, _toB, text) => {
          inserted += text.length;
        });
      if (inserted <= PASTE_CHARS) return transaction;
      queueMicrotask(tooMuch);
      return [];
    }),
    EditorView.updateListener.of(({ view, selectionSet, docChanged, focusChanged }) => {
      if (!selectionSet && !docChanged && !focusChanged) return;
      const { anchor, head } = view.state.selection.main;
      const here = view.hasFocus && !readOnly;
      pad.movePoint(here ? { anchor: encodePosition(pad, anchor), head: encodePosition(pad, head) } : null);
    }),
  ];
}
