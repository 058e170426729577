import { useComputed, useSignal } from "@preact/signals";
import { ShieldCheck } from "lucide-preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { whenIdle } from "../common/idle";
import { preload } from "../common/useLoaded";
import { OpenDialog } from "../room/dialogs";
import { loadRoom } from "../room/load";
import { failureText, useClassroom, useRun, useUi } from "../state";
import { usePageTitle } from "../title";
import { ConnectionCheck } from "./ConnectionCheck";
import { DeviceProblems } from "./DeviceProblems";
import { MicrophoneCheck } from "./MicrophoneCheck";
import { PreJoinTop } from "./PreJoinTop";
import { Preview } from "./Preview";
import { microphonePermission } from "./permission";
import { SpeakerCheck } from "./SpeakerCheck";
import "./prejoin.css";

const NAME_CHARS = 80;

/** One screen between the link and the room: one's name, sound and picture, and Join. */
export function PreJoin() {
  const classroom = useClassroom();
  const { local, invitation } = classroom;
  const ui = useUi();
  const run = useRun();
  const nameId = useId();
  const nameInput = useRef<HTMLInputElement>(null);
  const name = useSignal(invitation?.name ?? classroom.rememberedName ?? "");
  const nameMissing = useSignal(false);
  const asking = useSignal(false);
  /** The person decided about the devices: by testing, refusing, switching, or because the browser knew. */
  const decided = useSignal(false);
  const joining = useSignal(false);
  const joinError = useSignal<string | null>(null);
  const stage = useComputed(() =>
    asking.value ? "asking" : decided.value || hasDevices() ? "known" : "ask",
  );

  function hasDevices(): boolean {
    return local.microphoneOn.value || local.cameraOn.value || local.microphoneProblem.value !== null;
  }

  /** Both at once, so that the browser asks one question. */
  async function openDevices(): Promise<void> {
    asking.value = true;
    const devices = [local.setMicrophone(true)];
    if (classroom.data.value.sendPicture) devices.push(local.setCamera(true));
    await run(Promise.all(devices));
    asking.value = false;
    decided.value = true;
  }

  useEffect(() => {
    let gone = false;
    void microphonePermission().then((permission) => {
      // Allowed before: nothing will be asked, so show the moving bar and the picture at once.
      if (!gone && permission === "granted" && !decided.value && !hasDevices()) void openDevices();
    });
    return () => {
      gone = true;
    };
  }, []);

  // A failure shows when it counts: Join loads again.
  useEffect(() => whenIdle(() => void preload(loadRoom).catch(() => undefined)), []);

  async function join(openFirst: boolean): Promise<void> {
    if (joining.value) return;
    if (name.value.trim() === "") {
      nameMissing.value = true;
      nameInput.current?.focus();
      return;
    }
    // Whoever clicks Join at once wants to be heard: the browser's question comes now, explained on this screen.
    if (openFirst && stage.value === "ask") await openDevices();
    if (joining.value || classroom.room.value !== null) return;
    joining.value = true;
    joinError.value = null;
    try {
      await preload(loadRoom);
    } catch {
      joinError.value = t("panel.failed");
      joining.value = false;
      return;
    }
    try {
      await classroom.join(name.value.trim());
    } catch (error) {
      joinError.value = failureText(error);
    }
    joining.value = false;
  }

  usePageTitle(t("prejoin.title"));
  const nameGiven = invitation?.group === false && invitation.name !== null;
  const roomName = invitation?.roomName ?? null;
  const role = invitation?.role ?? null;
  return (
    <div class="prejoin">
      <PreJoinTop />
      <main class="prejoin__main">
        <div class="prejoin__heading">
          {roomName === null ? (
            <h1>{t("prejoin.title")}</h1>
          ) : (
            <>
              <p class="soft">{t("prejoin.room")}</p>
              <h1>{roomName}</h1>
            </>
          )}
          {role !== null && role !== "participant" ? (
            <p class="prejoin__role">{t("prejoin.as", { name: t(`role.${role}`) })}</p>
          ) : null}
        </div>
        <Preview
          name={name.value}
          stage={stage.value}
          onTest={() => void openDevices()}
          onMicrophone={(on) => {
            decided.value = true;
            void run(local.setMicrophone(on));
          }}
          onCamera={(on) => {
            decided.value = true;
            void run(local.setCamera(on));
          }}
        />
        <form
          class="prejoin__form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void join(true);
          }}
        >
          <div class="field">
            <label class="field__label" for={nameId}>
              {t("prejoin.name")}
            </label>
            <input
              id={nameId}
              ref={nameInput}
              class="field__control"
              autocomplete="name"
              maxLength={NAME_CHARS}
              readOnly={nameGiven}
              value={name.value}
              aria-invalid={nameMissing.value}
              aria-describedby={`${nameId}-hint`}
              onInput={(event) => {
                name.value = event.currentTarget.value;
                nameMissing.value = false;
              }}
            />
            <p
              id={`${nameId}-hint`}
              hidden={nameGiven}
              class={nameMissing.value ? "field__error" : "field__hint"}
              role="status"
            >
              {t(nameMissing.value ? "prejoin.name_needed" : "prejoin.name_hint")}
            </p>
          </div>
          <ConnectionCheck />
          {stage.value === "known" ? (
            <>
              <DeviceProblems />
              {local.microphoneProblem.value === null ? <MicrophoneCheck /> : null}
              <SpeakerCheck />
            </>
          ) : null}
          {joinError.value === null ? null : (
            <p class="prejoin__error" role="alert">
              {joinError.value}
            </p>
          )}
          <div class="prejoin__join">
            <Button kind="primary" large wide type="submit" aria-disabled={joining.value}>
              {t(joining.value ? "prejoin.joining" : "prejoin.join")}
            </Button>
            {stage.value === "asking" && !joining.value ? (
              <Button kind="quiet" wide onClick={() => void join(false)}>
                {t("prejoin.listen_only")}
              </Button>
            ) : null}
            {local.microphoneOn.value ? null : <p class="prejoin__hint">{t("prejoin.listener_hint")}</p>}
          </div>
          <Button
            kind="quiet"
            wide
            onClick={() => {
              ui.dialog.value = "privacy";
            }}
          >
            <ShieldCheck size={18} aria-hidden="true" />
            {t("privacy.open")}
          </Button>
        </form>
      </main>
      <OpenDialog />
    </div>
  );
}
