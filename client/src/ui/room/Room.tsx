import type { Participant } from "../../core/api";
import { t } from "../../i18n";
import { NARROW, useMediaQuery } from "../common/useMediaQuery";
import { usePushToTalk } from "../devices/pushToTalk";
import { useKeptNotes } from "../notes/useKeptNotes";
import { AskDialog } from "../notices/AskDialog";
import { Notices } from "../notices/Notices";
import { useShortcuts } from "../shortcuts/useShortcuts";
import { Stage } from "../stage/Stage";
import { useClassroom, useUi } from "../state";
import { usePageTitle } from "../title";
import { Toolbar } from "../toolbar/Toolbar";
import { Banners } from "./Banners";
import { BreakoutBanner } from "./BreakoutBanner";
import { connectionWords } from "./connectionWords";
import { OpenDialog } from "./dialogs";
import { Header } from "./Header";
import { panelFor } from "./panels";
import { PanelBody } from "./panels/PanelBody";
import { SidePanel } from "./SidePanel";
import { Slot } from "./Slot";
import { CARDS, STRIPS } from "./slots";
import { useWakeLock } from "./useWakeLock";
import "./room.css";

interface Props {
  readonly me: Participant;
  readonly onLeave: () => void;
}

/** The classroom itself: where one is, the pictures, a panel beside them, the controls. */
export function Room({ me, onLeave }: Props) {
  const classroom = useClassroom();
  const ui = useUi();
  const narrow = useMediaQuery(NARROW);
  const context = { classroom, ui, me };
  const panel = panelFor(ui.panel.value, context);
  const covered = narrow && panel !== null;
  useShortcuts(context);
  usePushToTalk(context);
  useWakeLock();
  useKeptNotes();
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
        <div class="room__middle">
          <div class="room__stage">
            <Stage covered={covered} />
            <div class="room__over">
              {covered ? null : <Banners />}
              {covered ? null : <Announced />}
            </div>
          </div>
          <Slot of={STRIPS} />
        </div>
        {panel === null ? null : (
          <SidePanel
            key={panel.name}
            name={panel.name}
            title={panel.title()}
            sheet={narrow}
            onClose={closePanel}
          >
            {/* A sheet covers everything else: what must be seen now stands in it. */}
            {covered ? <Banners /> : null}
            {covered ? <Announced /> : null}
            <PanelBody panel={panel} />
          </SidePanel>
        )}
      </main>
      <Toolbar context={context} onLeave={onLeave} />
      <AskDialog />
      <OpenDialog />
    </div>
  );
}

/** What comes and goes over the lower edge of the pictures. */
function Announced() {
  return (
    <div class="room__low">
      <div class="cards">
        <Slot of={CARDS} />
      </div>
      <Notices />
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
