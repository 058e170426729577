/** How the note's field looks: the design's tokens reach into the shadow root. */
import { EditorView } from "@codemirror/view";

/** As the avatars': white on them has 4.5:1 in both schemes. */
const HUES = ["#8a3324", "#1f6f43", "#3b4fa1", "#7a3b8f", "#8a5a00", "#00606b", "#9c2259", "#4c5a1f"];

const hues = Object.fromEntries(
  HUES.flatMap((colour, index) => [
    [`.caret--${index}`, { borderColor: colour }],
    [`.caret--${index} .caret__name`, { backgroundColor: colour }],
    [`.chosen--${index}`, { backgroundColor: `${colour}40` }],
  ]),
);

export const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "-3px" },
  ".cm-scroller": { fontFamily: "var(--font)", fontSize: "1rem", lineHeight: "1.5" },
  ".cm-content": { padding: "1.25rem 0.75rem", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 0.25rem" },
  ".cm-placeholder": { color: "var(--ink-soft)" },
  ".md-heading": { fontWeight: "700" },
  ".md-heading--1": { fontSize: "1.25em" },
  ".md-strong": { fontWeight: "700" },
  ".md-emphasis": { fontStyle: "italic" },
  ".md-code": { fontFamily: "ui-monospace, monospace", fontSize: "0.9375em" },
  ".md-link": { color: "var(--accent-text)", textDecoration: "underline" },
  ".md-quote": { color: "var(--ink-soft)" },
  ".md-mark": { color: "var(--ink-soft)" },
  ".caret": {
    position: "relative",
    borderLeft: "2px solid",
    marginLeft: "-1px",
    marginRight: "-1px",
    pointerEvents: "none",
  },
  ".caret__name": {
    position: "absolute",
    bottom: "100%",
    left: "-2px",
    maxWidth: "10rem",
    overflow: "hidden",
    padding: "0 0.25rem",
    borderRadius: "0.25rem 0.25rem 0.25rem 0",
    color: "#ffffff",
    fontSize: "0.75rem",
    lineHeight: "1.3",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
  ...hues,
});
