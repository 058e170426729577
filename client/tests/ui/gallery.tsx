/**
 * Every state of the interface without a server, for eyes and for axe: `npx vite`, then
 * /tests/ui/gallery.html?scene=room&people=5 (scenes.ts has the list). Never part of what is delivered; the browser tests
 * build it by itself (gallery.config.ts).
 *
 * `gallery.show(scene, people)` shows another one without loading the page again; `gallery.choose({ lang, colours, textSize })`
 * changes what is open in place, as a person would.
 */
import "@fontsource-variable/atkinson-hyperlegible-next";
import "../../src/styles/tokens.css";
import "../../src/styles/base.css";
import { render } from "preact";
import { chooseLanguage, type Language, startLanguage } from "../../src/i18n";
import { OpsApp } from "../../src/ops/OpsApp";
import { App } from "../../src/ui/App";
import { preload } from "../../src/ui/common/useLoaded";
import {
  type Colours,
  chooseColours,
  chooseTextSize,
  startPreferences,
  type TextSize,
} from "../../src/ui/preferences/preferences";
import { loadRoom } from "../../src/ui/room/load";
import { opsScenes } from "./ops-scenes";
import { makeScene } from "./scenes";

interface Choices {
  readonly lang?: Language;
  readonly colours?: Colours;
  readonly textSize?: TextSize;
}

const root = document.getElementById("app");
if (root !== null) {
  startLanguage();
  startPreferences();
  const query = new URLSearchParams(location.search);
  const show = (scene: string, people: number): void => {
    render(null, root);
    const ops = opsScenes[scene]?.();
    history.replaceState(null, "", ops?.fragment ?? "#");
    render(ops ? <OpsApp server={ops.server} /> : <App classroom={makeScene(scene, people)} />, root);
  };
  await preload(loadRoom);
  show(query.get("scene") ?? "room", Number(query.get("people") ?? 5));
  Object.assign(globalThis, {
    gallery: {
      show,
      choose({ lang, colours, textSize }: Choices): void {
        if (lang !== undefined) chooseLanguage(lang);
        if (colours !== undefined) chooseColours(colours);
        if (textSize !== undefined) chooseTextSize(textSize);
      },
    },
  });
}
