/** Where the keyboard goes in a menu (WAI-ARIA Authoring Practices, "Menu and Menubar Pattern"). Pure. */

export type MenuMove = "next" | "previous" | "first" | "last";

const MOVES: Readonly<Record<string, MenuMove>> = {
  ArrowDown: "next",
  ArrowUp: "previous",
  Home: "first",
  End: "last",
};

export function moveOf(key: string): MenuMove | null {
  return MOVES[key] ?? null;
}

/** The index reached from `from`, wrapping around; `count` > 0. */
export function moved(move: MenuMove, from: number, count: number): number {
  switch (move) {
    case "next":
      return (from + 1) % count;
    case "previous":
      return (from - 1 + count) % count;
    case "first":
      return 0;
    case "last":
      return count - 1;
  }
}

/** The next label after `from` that begins with the letter typed; null: none does. */
export function byLetter(letter: string, from: number, labels: readonly string[]): number | null {
  const wanted = plain(letter);
  for (let step = 1; step <= labels.length; step += 1) {
    const index = (from + step) % labels.length;
    if (plain(labels[index] ?? "").startsWith(wanted)) return index;
  }
  return null;
}

/** "É" is found by "e". */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
