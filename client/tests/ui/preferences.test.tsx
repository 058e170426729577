import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { scaleQuery } from "../../src/ui/preferences/mediaRules";
import { startPreferences } from "../../src/ui/preferences/preferences";
import { FakeClassroom } from "./fake-classroom";
import { show } from "./setup";

const root = document.documentElement;
let stop = () => {};
afterEach(() => stop());

/** A device on which these media queries match; and how to change one. */
function device(...matching: string[]): (query: string, matches: boolean) => void {
  const lists = new Map<string, { matches: boolean; listeners: (() => void)[] }>();
  vi.stubGlobal("matchMedia", (query: string) => {
    const list = lists.get(query) ?? { matches: matching.includes(query), listeners: [] };
    lists.set(query, list);
    return {
      get matches() {
        return list.matches;
      },
      addEventListener: (_: string, listener: () => void) => list.listeners.push(listener),
      removeEventListener() {},
    };
  });
  return (query, matches) => {
    const list = lists.get(query);
    if (list === undefined) throw new Error(`nobody asked for ${query}`);
    list.matches = matches;
    for (const listener of list.listeners) listener();
  };
}

const DARK = "(prefers-color-scheme: dark)";
const CONTRAST = "(prefers-contrast: more)";
const STILL = "(prefers-reduced-motion: reduce)";
const looks = () => [root.dataset["scheme"], root.dataset["contrast"], root.dataset["motion"]];

async function display(): Promise<void> {
  show(new FakeClassroom());
  fireEvent.click(screen.getByRole("button", { name: "Display and reading" }));
  await screen.findByRole("tab", { name: "Display", selected: true });
}

describe("the look", () => {
  it("follows the device, also when that changes", () => {
    const change = device(CONTRAST);
    stop = startPreferences();
    expect(looks()).toEqual(["light", "more", "full"]);
    change(DARK, true);
    change(CONTRAST, false);
    change(STILL, true);
    expect(looks()).toEqual(["dark", "normal", "reduce"]);
  });

  it.each([
    ["Light", "light", "normal"],
    ["Dark", "dark", "normal"],
    ["High contrast, light", "light", "more"],
    ["High contrast, dark", "dark", "more"],
  ])("%s: rules over the device and is remembered", async (name, scheme, contrast) => {
    device(DARK, CONTRAST);
    stop = startPreferences();
    await display();
    fireEvent.click(screen.getByRole("radio", { name }));
    expect(looks().slice(0, 2)).toEqual([scheme, contrast]);
    stop();
    root.removeAttribute("data-scheme");
    stop = startPreferences();
    expect(looks().slice(0, 2)).toEqual([scheme, contrast]);
  });

  it("moves less by one's own choice; asking the device for less is enough by itself", async () => {
    device();
    stop = startPreferences();
    await display();
    const box = screen.getByRole("checkbox", { name: "Less motion" });
    fireEvent.click(box);
    expect(root.dataset["motion"]).toBe("reduce");
    fireEvent.click(box);
    expect(root.dataset["motion"]).toBe("full");
  });

  it("takes no stored nonsense", () => {
    localStorage.setItem("momentum.colours", "purple");
    localStorage.setItem("momentum.text_size", "9000");
    device();
    stop = startPreferences();
    expect(looks()).toEqual(["light", "normal", "full"]);
    expect(root.style.fontSize).toBe("");
  });
});

describe("the size of text", () => {
  it("is chosen in steps up to double, told in percent, and remembered", async () => {
    device();
    stop = startPreferences();
    await display();
    const slider = screen.getByRole("slider", { name: "Size of text and buttons" });
    fireEvent.change(slider, { target: { value: "5" } });
    expect(root.style.fontSize).toBe("200%");
    expect(slider.getAttribute("aria-valuetext")).toBe("200%");
    stop();
    stop = startPreferences();
    expect(root.style.fontSize).toBe("200%");
  });

  it.each([
    ["(max-width: 40rem)", 1, "(max-width: 40rem)"],
    [
      "(max-width: 51.5rem) and (orientation: portrait)",
      2,
      "(max-width: 103rem) and (orientation: portrait)",
    ],
    ["(min-width: .5rem) and (max-width: 20px)", 1.5, "(min-width: 0.75rem) and (max-width: 20px)"],
  ])("%s at %d: %s", (query, scale, scaled) => {
    expect(scaleQuery(query, scale)).toBe(scaled);
  });
});
