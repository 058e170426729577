import { fireEvent, screen } from "@testing-library/preact";
import { describe, expect, it, vi } from "vitest";
import { language } from "../../src/i18n";
import { browserKind } from "../../src/ui/prejoin/browserKind";
import { FakeClassroom } from "./fake-classroom";
import { show } from "./setup";

const MAC =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/124.0 Mobile/15E148 Safari/604.1";
const ANDROID =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36";
const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";

const BROWSERS = [
  ["chrome", CHROME, 0, "Allow while visiting the site", /with sliders/],
  ["edge", `${CHROME} Edg/124.0.0.0`, 0, "Allow", /padlock/],
  ["firefox", FIREFOX, 0, "Allow", /crossed-out microphone/],
  ["safari", MAC, 0, "Allow", /Safari menu/],
  ["ios", MAC, 5, "Allow", /Website Settings/], // an iPad
  ["ios", IPHONE, 5, "Allow", /Website Settings/],
  ["android", ANDROID, 5, "Allow while visiting the site", /Permissions/],
] as const;

describe("the help with the browser's question", () => {
  it.each(BROWSERS)("%s: %s", (kind, userAgent, maxTouchPoints) => {
    expect(browserKind({ userAgent, maxTouchPoints })).toBe(kind);
  });

  it.each(BROWSERS)(
    "on %s shows the answer to choose in that browser's words, and how to allow again",
    async (_, userAgent, maxTouchPoints, allow, again) => {
      vi.stubGlobal("navigator", { userAgent, maxTouchPoints });
      const classroom = new FakeClassroom();
      classroom.local.nextMicrophoneProblem = "denied";
      classroom.local.nextCameraProblem = "denied";
      show(classroom);
      expect(screen.getByRole("img", { name: new RegExp(`“${allow}”`) }).textContent).toContain(allow);
      expect(
        screen.getByText(`It asks whether it may use your microphone and camera. Choose “${allow}”.`),
      ).toBeTruthy();
      fireEvent.click(screen.getByRole("button", { name: "Test my sound and picture" }));
      expect(await screen.findByText(again)).toBeTruthy();
      language.value = "fr";
      expect(await screen.findByRole("img", { name: /^Dessin/ })).toBeTruthy();
    },
  );
});
