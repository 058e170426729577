/** Renders the whole interface over a fake classroom, and fills in what happy-dom lacks. */
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, vi } from "vitest";
import { language } from "../../src/i18n";
import { App } from "../../src/ui/App";
import { preload } from "../../src/ui/common/useLoaded";
import { loadRoom } from "../../src/ui/room/load";
import type { FakeClassroom } from "./fake-classroom";

// Dialogs and some panels come with scripts of their own; a busy machine takes its time to read them.
configure({ asyncUtilTimeout: 15_000 });
await preload(loadRoom);

export const STAGE = { width: 1000, height: 600 };

class FixedSizeObserver {
  constructor(private readonly callback: () => void) {}
  observe(element: HTMLElement): void {
    Object.defineProperties(element, {
      clientWidth: { value: STAGE.width, configurable: true },
      clientHeight: { value: STAGE.height, configurable: true },
    });
    this.callback();
  }
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(() => {
  localStorage.clear();
  language.value = "en";
  vi.stubGlobal("ResizeObserver", FixedSizeObserver);
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

export function show(classroom: FakeClassroom): FakeClassroom {
  render(<App classroom={classroom} />);
  return classroom;
}

/** Opens "More" and chooses an entry of it. */
export function chooseMore(name: string): void {
  fireEvent.click(screen.getByRole("button", { name: "More" }));
  fireEvent.click(screen.getByRole("menuitem", { name }));
}

export const called = (classroom: FakeClassroom, name: string) =>
  classroom.calls.filter((call) => call.name === name).map(({ args }) => args);
