import {
  Hand,
  LayoutGrid,
  LogOut,
  MessageSquare,
  Mic,
  MicOff,
  MonitorUp,
  MonitorX,
  Settings,
  Users,
  Video,
  VideoOff,
} from "lucide-preact";
import { t } from "../../i18n";
import { isStaff } from "../people";
import { useClassroom, useUi } from "../state";
import { ownHandRank, setCamera, setMicrophone, setScreen, toggleHand, togglePanel } from "./actions";
import { SHORTCUTS, type ShortcutName } from "./shortcuts";
import { ToolbarButton } from "./ToolbarButton";
import "./toolbar.css";

/** Phones cannot share their screen: no button that could only fail. */
const canShareScreen = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === "function";

/** What a person does all day, always at the same place. */
export function Toolbar({ onLeave }: { readonly onLeave: () => void }) {
  const classroom = useClassroom();
  const ui = useUi();
  const { local } = classroom;
  const staff = isStaff(classroom.me.value);
  const microphoneOn = local.microphoneOn.value;
  const cameraOn = local.cameraOn.value;
  const screenOn = local.screenOn.value;
  const rank = ownHandRank(classroom);
  const unread = classroom.unread.value;
  const hands = classroom.hands.value.length;
  const calls = classroom.room.value?.breakouts?.groups.filter((group) => group.help !== null).length ?? 0;
  const panel = ui.panel.value;
  const shortcut = (name: ShortcutName) => (ui.shortcutsOn.value ? SHORTCUTS[name] : null);

  return (
    <section class="toolbar" aria-label={t("room.controls")}>
      <ToolbarButton
        icon={microphoneOn ? Mic : MicOff}
        look={microphoneOn ? "plain" : "off"}
        label={t("toolbar.microphone")}
        name={t(microphoneOn ? "toolbar.microphone_off" : "toolbar.microphone_on")}
        shortcut={shortcut("microphone")}
        onClick={() => void setMicrophone(classroom, ui, !microphoneOn)}
      />
      <ToolbarButton
        icon={cameraOn ? Video : VideoOff}
        look={cameraOn ? "plain" : "off"}
        label={t("toolbar.camera")}
        name={t(cameraOn ? "toolbar.camera_off" : "toolbar.camera_on")}
        shortcut={shortcut("camera")}
        onClick={() => void setCamera(classroom, ui, !cameraOn)}
      />
      {canShareScreen() ? (
        <ToolbarButton
          icon={screenOn ? MonitorX : MonitorUp}
          look={screenOn ? "live" : "plain"}
          label={t(screenOn ? "toolbar.screen_stop_short" : "toolbar.screen")}
          name={t(screenOn ? "toolbar.screen_off" : "toolbar.screen_on")}
          onClick={() => void setScreen(classroom, ui, !screenOn)}
        />
      ) : null}
      <ToolbarButton
        icon={Hand}
        look={rank === null ? "plain" : "hand"}
        label={t("toolbar.hand")}
        name={t(rank === null ? "toolbar.hand_up" : "toolbar.hand_down")}
        shortcut={shortcut("hand")}
        {...(rank === null ? {} : { description: t("toolbar.hand_rank", { rank }) })}
        onClick={() => void toggleHand(classroom, ui)}
      />
      <span class="toolbar__gap" />
      <ToolbarButton
        icon={MessageSquare}
        label={t("toolbar.chat")}
        name={t("toolbar.chat")}
        shortcut={shortcut("chat")}
        expanded={panel === "chat"}
        controls="panel-chat"
        count={unread}
        {...(unread > 0 ? { description: t("toolbar.unread", { count: unread }) } : {})}
        onClick={() => togglePanel(ui, "chat")}
      />
      <ToolbarButton
        icon={Users}
        label={t("toolbar.people")}
        name={t("toolbar.people")}
        shortcut={shortcut("people")}
        expanded={panel === "people"}
        controls="panel-people"
        count={hands}
        {...(hands > 0 ? { description: t("toolbar.hands", { count: hands }) } : {})}
        onClick={() => togglePanel(ui, "people")}
      />
      {staff ? (
        <ToolbarButton
          icon={LayoutGrid}
          label={t("toolbar.breakouts")}
          name={t("toolbar.breakouts")}
          shortcut={shortcut("breakouts")}
          expanded={panel === "breakouts"}
          controls="panel-breakouts"
          count={calls}
          {...(calls > 0 ? { description: t("toolbar.calls", { count: calls }) } : {})}
          onClick={() => togglePanel(ui, "breakouts")}
        />
      ) : null}
      <span class="toolbar__corner">
        <ToolbarButton
          icon={Settings}
          label={t("toolbar.settings")}
          name={t("toolbar.settings")}
          onClick={() => {
            ui.settingsOpen.value = true;
          }}
        />
        <span class="toolbar__gap" />
        <ToolbarButton
          icon={LogOut}
          look="leave"
          label={t("toolbar.leave")}
          name={t("toolbar.leave")}
          onClick={onLeave}
        />
      </span>
    </section>
  );
}
