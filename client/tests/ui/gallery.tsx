/**
 * Every state of the interface without a server, for eyes and for axe: `npx vite`, then
 * /tests/ui/gallery.html?scene=room&people=5 (scenes.ts has the list). Never part of the build.
 */
import "@fontsource-variable/atkinson-hyperlegible-next";
import "../../src/styles/tokens.css";
import "../../src/styles/base.css";
import { render } from "preact";
import { startLanguage } from "../../src/i18n";
import { App } from "../../src/ui/App";
import { startPreferences } from "../../src/ui/preferences/preferences";
import { makeScene } from "./scenes";

const root = document.getElementById("app");
if (root !== null) {
  startLanguage();
  startPreferences();
  const query = new URLSearchParams(location.search);
  render(<App classroom={makeScene(query.get("scene") ?? "room", Number(query.get("people") ?? 5))} />, root);
}
