import "@fontsource-variable/atkinson-hyperlegible-next";
import "./styles/tokens.css";
import "./styles/base.css";
import { render } from "preact";
import { createClassroom } from "./core/classroom";
import { startLanguage } from "./i18n";
import { App } from "./ui/App";
import { startPreferences } from "./ui/preferences/preferences";

const root = document.getElementById("app");
if (root !== null) {
  startLanguage();
  startPreferences();
  render(<App classroom={createClassroom()} />, root);
}
