/** The small menus beside the microphone's and the camera's buttons. */
import { Volume2 } from "lucide-preact";
import { t } from "../../i18n";
import type { MenuItem } from "../common/menu/items";
import type { RoomContext } from "../context";
import { chordWords } from "../shortcuts/Chord";
import { talkKey } from "../shortcuts/keys";
import { attempt } from "../toolbar/actions";
import type { ToolMenu } from "../toolbar/tool";
import { setPushToTalk } from "./pushToTalk";

export function microphoneMenu({ classroom: { local }, ui }: RoomContext): ToolMenu {
  const { microphones, microphoneId, speakers, speakerId } = local.devices.value;
  const { noiseSuppression } = local.processing;
  const items: readonly MenuItem[] = [
    ...choices(microphones, microphoneId, (id) => void attempt(ui, local.chooseMicrophone(id))),
    {
      key: "noise",
      kind: "checkbox",
      label: t("devices.noise"),
      hint: t("devices.noise_hint"),
      checked: noiseSuppression.value,
      action: () => void attempt(ui, local.setNoiseSuppression(!noiseSuppression.value)),
    },
    {
      key: "push",
      kind: "checkbox",
      label: t("devices.push", { key: chordWords(talkKey(ui)) }),
      hint: t("devices.push_hint"),
      checked: ui.pushToTalk.value,
      action: () => setPushToTalk(ui.pushToTalk, !ui.pushToTalk.value),
    },
    {
      key: "speaker",
      kind: "submenu",
      icon: Volume2,
      label: t("prejoin.speaker"),
      items: [
        ...choices(speakers, speakerId, (id) => void attempt(ui, local.chooseSpeaker(id))),
        {
          key: "test",
          kind: "action",
          label: t("prejoin.chime"),
          action: () => void attempt(ui, local.testSpeaker()),
        },
      ],
    },
  ];
  return { label: t("devices.microphone_menu"), items };
}

/** Undefined where there is nothing to choose. */
export function cameraMenu({ classroom: { local }, ui }: RoomContext): ToolMenu | undefined {
  const { cameras, cameraId } = local.devices.value;
  const blur = local.processing.backgroundBlur.value;
  const items: readonly MenuItem[] = [
    ...choices(cameras, cameraId, (id) => void attempt(ui, local.chooseCamera(id))),
    ...(blur === null
      ? []
      : [
          {
            key: "blur",
            kind: "checkbox" as const,
            label: t("devices.blur"),
            checked: blur,
            action: () => void attempt(ui, local.setBackgroundBlur(!blur)),
          },
        ]),
  ];
  return items.length === 0 ? undefined : { label: t("devices.camera_menu"), items };
}

/** Without a choice made, the system's own: the first one. */
function choices(
  devices: readonly MediaDeviceInfo[],
  chosen: string | null,
  choose: (deviceId: string) => void,
): readonly MenuItem[] {
  const current = devices.find(({ deviceId }) => deviceId === chosen) ?? devices[0];
  return devices.map((device) => ({
    key: device.deviceId,
    kind: "radio",
    label: device.label,
    checked: device === current,
    action: () => choose(device.deviceId),
  }));
}
