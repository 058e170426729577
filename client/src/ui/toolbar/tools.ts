import { Hand, Mic, MicOff, MonitorUp, MonitorX, Video, VideoOff } from "lucide-preact";
import { t } from "../../i18n";
import type { RoomContext } from "../context";
import { cameraMenu, microphoneMenu } from "../devices/menus";
import { reactionsTool } from "../reactions/tool";
import type { Panel } from "../room/panels/panel";
import { chordFor } from "../shortcuts/keys";
import { ownHandRank, setCamera, setMicrophone, setScreen, toggleHand, togglePanel } from "./actions";
import type { Tool } from "./tool";

const microphone: Tool = {
  key: "microphone",
  onPhone: true,
  state: (context) => {
    const { classroom, ui } = context;
    const on = classroom.local.microphoneOn.value;
    return {
      face: {
        icon: on ? Mic : MicOff,
        look: on ? "plain" : "off",
        label: t("toolbar.microphone"),
        name: t(on ? "toolbar.microphone_off" : "toolbar.microphone_on"),
        shortcut: chordFor(ui, "microphone"),
      },
      onClick: () => void setMicrophone(classroom, ui, !on),
      menu: microphoneMenu(context),
    };
  },
};

const camera: Tool = {
  key: "camera",
  onPhone: true,
  state: (context) => {
    const { classroom, ui } = context;
    const on = classroom.local.cameraOn.value;
    const menu = cameraMenu(context);
    return {
      face: {
        icon: on ? Video : VideoOff,
        look: on ? "plain" : "off",
        label: t("toolbar.camera"),
        name: t(on ? "toolbar.camera_off" : "toolbar.camera_on"),
        shortcut: chordFor(ui, "camera"),
      },
      onClick: () => void setCamera(classroom, ui, !on),
      ...(menu === undefined ? {} : { menu }),
    };
  },
};

/** Phones cannot share their screen: no button that could only fail. */
const canShareScreen = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === "function";

const screen: Tool = {
  key: "screen",
  onPhone: false,
  state: ({ classroom, ui }) => {
    if (!canShareScreen()) return null;
    const on = classroom.local.screenOn.value;
    return {
      face: {
        icon: on ? MonitorX : MonitorUp,
        look: on ? "live" : "plain",
        label: t(on ? "toolbar.screen_stop_short" : "toolbar.screen"),
        name: t(on ? "toolbar.screen_off" : "toolbar.screen_on"),
      },
      onClick: () => void setScreen(classroom, ui, !on),
    };
  },
};

const hand: Tool = {
  key: "hand",
  onPhone: true,
  state: ({ classroom, ui }) => {
    const rank = ownHandRank(classroom);
    return {
      face: {
        icon: Hand,
        look: rank === null ? "plain" : "hand",
        label: t("toolbar.hand"),
        name: t(rank === null ? "toolbar.hand_up" : "toolbar.hand_down"),
        shortcut: chordFor(ui, "hand"),
        ...(rank === null ? {} : { description: t("toolbar.hand_rank", { rank }) }),
      },
      onClick: () => void toggleHand(classroom, ui),
    };
  },
};

/** What a person does with their own voice, picture, hand and feelings. */
export const OWN_TOOLS: readonly Tool[] = [microphone, camera, screen, hand, reactionsTool];

/** The button that opens and closes a panel. */
export function panelTool(panel: Panel): Tool {
  return {
    key: panel.name,
    onPhone: panel.onPhone ?? false,
    state: (context: RoomContext) => {
      if (panel.isFor?.(context) === false) return null;
      const { ui } = context;
      const badge = panel.badge?.(context) ?? null;
      return {
        face: {
          icon: panel.icon,
          label: panel.title(),
          name: panel.title(),
          ...(panel.shortcut ? { shortcut: chordFor(ui, panel.shortcut) } : {}),
          expanded: ui.panel.value === panel.name,
          controls: `panel-${panel.name}`,
          ...badge,
        },
        onClick: () => togglePanel(ui, panel.name),
      };
    },
  };
}
