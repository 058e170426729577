import "@fontsource-variable/atkinson-hyperlegible-next";
import "../styles/tokens.css";
import "../styles/base.css";
import { render } from "preact";
import { startLanguage } from "../i18n";
import { startPreferences } from "../ui/preferences/preferences";
import { takeToken } from "./access";
import { OpsApp } from "./OpsApp";
import { HttpOpsServer } from "./server";

const root = document.getElementById("app");
if (root !== null) {
  startLanguage();
  startPreferences();
  const token = takeToken(location, history);
  render(<OpsApp server={token === null ? null : new HttpOpsServer(token)} />, root);
}
