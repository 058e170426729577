import { LoaderCircle, TriangleAlert } from "lucide-preact";
import { t } from "../../i18n";
import { LanguageSwitch } from "../common/LanguageSwitch";
import { Logo } from "../common/Logo";
import { NetworkState } from "../quality/NetworkState";
import { useClassroom } from "../state";
import { connectionWords } from "./connectionWords";
import { Slot } from "./Slot";
import { HEADER_CHIPS } from "./slots";
import "./header.css";

/** Which room this is, how many are here, and how the connection does. */
export function Header() {
  const classroom = useClassroom();
  const room = classroom.room.value;
  const here = room?.participants.filter((person) => person.connected).length ?? 0;
  const words = connectionWords(classroom.connection.value, classroom.media.value, null);
  const Icon = words.tone === "busy" ? LoaderCircle : TriangleAlert;
  return (
    <header class="header">
      <Logo />
      <div class="header__room">
        <h1 class="header__name">{room?.name ?? t("app.name")}</h1>
        <p class="header__facts">
          <span>{t("room.people", { count: here })}</span>
          {words.tone === "ok" ? (
            <NetworkState quality={classroom.quality.value} calm={words.text} />
          ) : (
            <span class={`header__state header__state--${words.tone}`} role="status">
              <Icon size={16} aria-hidden="true" />
              <span>{words.text}</span>
            </span>
          )}
        </p>
      </div>
      <Slot of={HEADER_CHIPS} />
      <LanguageSwitch />
    </header>
  );
}
