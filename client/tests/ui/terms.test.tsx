import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { GlossaryTerm } from "../../src/generated/protocol";
import { bubbleBeside } from "../../src/ui/glossary/bubble";
import { chatEntry, FakeClassroom, snapshot } from "./fake-classroom";
import { show } from "./setup";

const PIXEL: GlossaryTerm = { id: "1", term: "Pixel", meaning: "A dot of a picture." };

beforeEach(() => {
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      observe(): void {}
      disconnect(): void {}
    },
  );
});

describe("words of the glossary in the chat", () => {
  const words = () => screen.queryAllByRole("button", { name: /^pixel$/i });

  async function say(...texts: string[]): Promise<void> {
    const classroom = new FakeClassroom({ joined: true, room: snapshot({ glossary: [PIXEL] }) });
    classroom.chat.value = texts.map((text, index) => chatEntry(index + 1, { text }));
    show(classroom);
    fireEvent.click(screen.getByRole("button", { name: /^Chat/ }));
    await screen.findByRole("log");
  }

  it("are marked once per message, in bold and lists too, and not in code or links", async () => {
    await say(
      "A **pixel** is a pixel.\n- Pixel",
      "`pixel` and [pixel](https://example.org/pixel)\n```\npixel\n```",
      "- one\n- pixel",
    );
    expect(words().map((word) => word.textContent)).toEqual(["pixel", "pixel"]);
    expect(words()[0]?.closest("strong")).toBeTruthy();
    expect(words()[1]?.closest("li")?.textContent).toBe("pixel");
  });

  it("say what they mean when pressed, until Escape or a press elsewhere, and the panel stays", async () => {
    await say("What is a pixel?");
    const [word] = words() as [HTMLElement];
    expect(word.getAttribute("aria-expanded")).toBe("false");
    fireEvent.click(word);
    await screen.findByText(PIXEL.meaning);
    expect(word.getAttribute("aria-expanded")).toBe("true");
    fireEvent.keyDown(word, { key: "Escape" });
    await waitFor(() => expect(screen.queryByText(PIXEL.meaning)).toBeNull());
    fireEvent.click(word);
    fireEvent.pointerDown(await screen.findByText(PIXEL.meaning));
    expect(screen.queryByText(PIXEL.meaning)).toBeTruthy();
    fireEvent.pointerDown(document.body);
    await waitFor(() => expect(screen.queryByText(PIXEL.meaning)).toBeNull());
    expect(screen.queryByRole("log")).toBeTruthy();
  });

  it("are in the way of Tab only in the message that the keyboard is on", async () => {
    await say("What is a pixel?", "A pixel is a dot.");
    expect(words().map((word) => word.tabIndex)).toEqual([-1, -1]);
    fireEvent.focusIn(words()[1]?.closest("article") as HTMLElement);
    await waitFor(() => expect(words().map((word) => word.tabIndex)).toEqual([-1, 0]));
  });
});

it("keeps a bubble in the window: under its word, or above it", () => {
  const window = { width: 360, height: 640 };
  const bubble = { width: 300, height: 100 };
  const at = (left: number, top: number) => bubbleBeside({ left, top, bottom: top + 20 }, bubble, window);
  expect(at(10, 100)).toEqual({ left: 10, top: 126 });
  expect(at(200, 100)).toEqual({ left: 52, top: 126 });
  expect(at(-40, 600)).toEqual({ left: 8, top: 494 });
});
