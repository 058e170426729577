/** What the main buttons, their shortcuts and the large prompts do. */
import type { Classroom, DeviceProblem } from "../../core/api";
import { t } from "../../i18n";
import { browserKind } from "../prejoin/browserKind";
import type { PanelName } from "../room/panels/panel";
import { fail, failureText, type UiState } from "../state";

export async function attempt(ui: UiState, action: Promise<void>): Promise<void> {
  try {
    await action;
  } catch (error) {
    fail(ui, failureText(error));
  }
}

function tellProblem(
  ui: UiState,
  device: "microphone" | "camera" | "screen",
  problem: DeviceProblem | null,
): void {
  if (problem === null) return;
  const what = t(`problem.${device}.${problem}`);
  fail(
    ui,
    problem === "denied" && device !== "screen"
      ? `${what} ${t(`problem.allow_${browserKind(navigator)}`)}`
      : what,
  );
}

export async function setMicrophone({ local }: Classroom, ui: UiState, on: boolean): Promise<void> {
  await attempt(ui, local.setMicrophone(on));
  if (on) tellProblem(ui, "microphone", local.microphoneProblem.value);
}

export async function setCamera({ local }: Classroom, ui: UiState, on: boolean): Promise<void> {
  await attempt(ui, local.setCamera(on));
  if (on) tellProblem(ui, "camera", local.cameraProblem.value);
}

export async function setScreen({ local }: Classroom, ui: UiState, on: boolean): Promise<void> {
  await attempt(ui, local.setScreen(on));
  if (on) tellProblem(ui, "screen", local.screenProblem.value);
}

/** One's own place in the hand queue, from 1; null: hand down. */
export function ownHandRank(classroom: Classroom): number | null {
  const id = classroom.me.value?.id;
  const index = classroom.hands.value.findIndex((hand) => hand.participant.id === id);
  return index < 0 ? null : index + 1;
}

export async function toggleHand(classroom: Classroom, ui: UiState): Promise<void> {
  await attempt(ui, ownHandRank(classroom) === null ? classroom.raiseHand() : classroom.lowerHand());
}

export function togglePanel(ui: UiState, panel: PanelName): void {
  ui.panel.value = ui.panel.value === panel ? null : panel;
}
