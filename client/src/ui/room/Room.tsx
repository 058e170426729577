import { t } from "../../i18n";
import { BreakoutsPanel } from "../breakouts/BreakoutsPanel";
import { ChatPanel } from "../chat/ChatPanel";
import { NARROW, useMediaQuery } from "../common/useMediaQuery";
import { AskDialog } from "../notices/AskDialog";
import { Notices } from "../notices/Notices";
import { PeoplePanel } from "../people/PeoplePanel";
import { Stage } from "../stage/Stage";
import { useClassroom, useUi } from "../state";
import { usePageTitle } from "../title";
import { SettingsDialog } from "../toolbar/SettingsDialog";
import { useShortcuts } from "../toolbar/shortcuts";
import { Toolbar } from "../toolbar/Toolbar";
import { Banners } from "./Banners";
import { BreakoutBanner } from "./BreakoutBanner";
import { connectionWords } from "./connectionWords";
import { Header } from "./Header";
import { SidePanel } from "./SidePanel";
import "./room.css";

/** The classroom itself: where one is, the pictures, a panel beside them, the controls. */
export function Room({ onLeave }: { readonly onLeave: () => void }) {
  const classroom = useClassroom();
  const ui = useUi();
  const narrow = useMediaQuery(NARROW);
  const panel = ui.panel.value;
  const covered = narrow && panel !== null;
  useShortcuts(classroom, ui);
  useRoomTitle();
  const closePanel = () => {
    ui.panel.value = null;
  };
  return (
    <div class="room">
      <a class="room__skip" href="#stage">
        {t("app.skip")}
      </a>
      <Header />
      <BreakoutBanner />
      <main class="room__body">
        <div class="room__stage">
          <Stage covered={covered} />
          <div class="room__over">
            {covered ? null : <Banners />}
            {covered ? null : <Notices />}
          </div>
        </div>
        {panel === null ? null : (
          <SidePanel
            key={panel}
            name={panel}
            title={t(`toolbar.${panel}`)}
            sheet={narrow}
            onClose={closePanel}
          >
            {/* A sheet covers everything else: what must be seen now stands in it. */}
            {covered ? <Banners /> : null}
            {covered ? <Notices /> : null}
            {panel === "chat" ? <ChatPanel /> : null}
            {panel === "people" ? <PeoplePanel /> : null}
            {panel === "breakouts" ? <BreakoutsPanel /> : null}
          </SidePanel>
        )}
      </main>
      <Toolbar onLeave={onLeave} />
      <AskDialog />
      {ui.settingsOpen.value ? <SettingsDialog /> : null}
    </div>
  );
}

/** The tab tells what is unread and when something is wrong, also while another tab is in front. */
function useRoomTitle(): void {
  const classroom = useClassroom();
  const trouble = connectionWords(classroom.connection.value, classroom.media.value, null);
  const where = classroom.room.value?.name ?? "";
  const title = trouble.tone === "ok" ? where : `${trouble.text} ${where}`;
  const unread = classroom.unread.value;
  usePageTitle(unread > 0 ? t("title.unread", { count: unread, title }) : title);
}
