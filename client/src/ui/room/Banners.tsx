import { Coffee, Ear, EyeOff, Gauge, Megaphone, TriangleAlert, VolumeX } from "lucide-preact";
import { t } from "../../i18n";
import { useLocalNowMs } from "../clock";
import { Button } from "../common/Button";
import { BroadcastMessage } from "../notices/BroadcastMessage";
import { nameOf } from "../people";
import { NetworkBanner } from "../quality/NetworkBanner";
import { useClassroom, useRun, useUi } from "../state";
import { setMicrophone } from "../toolbar/actions";
import { DATA_MODES } from "../toolbar/dataModes";
import { connectionWords } from "./connectionWords";
import "./banners.css";

/** What matters now and stays until it is over: most urgent first. */
export function Banners() {
  return (
    <div class="banners">
      <ConnectionBanner />
      <NetworkBanner />
      <BroadcastMessage />
      <SoundBanner />
      <DataBanner />
      <VoiceBanner />
      <AwayBanner />
      <ListenerBanner />
    </div>
  );
}

function ConnectionBanner() {
  const classroom = useClassroom();
  const connection = classroom.connection.value;
  const media = classroom.media.value;
  if (connection.kind === "connected" && media !== "interrupted" && media !== "failed") return null;
  return <TroubleBanner />;
}

function TroubleBanner() {
  const classroom = useClassroom();
  const words = connectionWords(classroom.connection.value, classroom.media.value, useLocalNowMs());
  return (
    <div class="banner banner--trouble">
      <TriangleAlert aria-hidden="true" />
      <p role="status">{words.text}</p>
    </div>
  );
}

function SoundBanner() {
  const classroom = useClassroom();
  const run = useRun();
  if (!classroom.soundBlocked.value) return null;
  return (
    <div class="banner">
      <VolumeX aria-hidden="true" />
      <p role="status">{t("sound.blocked")}</p>
      <Button kind="primary" onClick={() => run(classroom.enableSound())}>
        {t("sound.enable")}
      </Button>
    </div>
  );
}

/** After trouble: what would help, one click away. Without pictures by choice: the way back. */
function DataBanner() {
  const classroom = useClassroom();
  const offer = classroom.dataOffer.value;
  if (offer !== null)
    return (
      <div class="banner">
        <Gauge aria-hidden="true" />
        <p role="status">{t(`data.offer_${offer}`)}</p>
        <div class="banner__actions">
          <Button kind="primary" onClick={() => classroom.setData(DATA_MODES[offer])}>
            {t(`data.take_${offer}`)}
          </Button>
          <Button kind="quiet" onClick={() => classroom.refuseDataOffer()}>
            {t("data.keep")}
          </Button>
        </div>
      </div>
    );
  if (classroom.data.value.receivePictures) return null;
  return (
    <div class="banner">
      <EyeOff aria-hidden="true" />
      <p role="status">{t("data.unseen")}</p>
      <Button onClick={() => classroom.setData({ receivePictures: true })}>{t("data.see_again")}</Button>
    </div>
  );
}

function VoiceBanner() {
  const classroom = useClassroom();
  const run = useRun();
  const room = classroom.room.value;
  const speaker = room?.voice_broadcast ?? null;
  if (room === null || speaker === null) return null;
  const own = speaker === room.you;
  return (
    <div class="banner banner--voice">
      <Megaphone aria-hidden="true" />
      <p role="status">{t("group.voice", { name: nameOf(room, speaker) })}</p>
      {own ? (
        <Button onClick={() => run(classroom.broadcastVoice(false))}>{t("breakouts.speak_end")}</Button>
      ) : null}
    </div>
  );
}

function AwayBanner() {
  const classroom = useClassroom();
  const run = useRun();
  if (classroom.me.value?.presence !== "away" || classroom.connection.value.kind !== "connected") return null;
  return (
    <div class="banner">
      <Coffee aria-hidden="true" />
      <p role="status">{t("away.title")}</p>
      <Button kind="primary" onClick={() => run(classroom.setAway(false))}>
        {t("away.back")}
      </Button>
    </div>
  );
}

/** Came in without a microphone: one large way to be heard, until it is used or waved away. */
function ListenerBanner() {
  const classroom = useClassroom();
  const ui = useUi();
  const on = classroom.local.microphoneOn.value;
  if (on) ui.listenerDismissed.value = true;
  if (on || ui.listenerDismissed.value || classroom.me.value?.role === "observer") return null;
  return (
    <div class="banner banner--listener">
      <Ear aria-hidden="true" />
      <p role="status">{t("listener.title")}</p>
      <div class="banner__actions">
        <Button kind="primary" large onClick={() => void setMicrophone(classroom, ui, true)}>
          {t("listener.enable")}
        </Button>
        <Button
          kind="quiet"
          onClick={() => {
            ui.listenerDismissed.value = true;
          }}
        >
          {t("listener.later")}
        </Button>
      </div>
    </div>
  );
}
