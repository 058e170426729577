import { useEffect, useRef } from "preact/hooks";
import { t } from "../../i18n";
import { formatWaiting } from "../../i18n/format";
import { useServerNowMs } from "../clock";
import { Button } from "../common/Button";
import { DeviceProblems } from "../prejoin/DeviceProblems";
import { MicrophoneCheck } from "../prejoin/MicrophoneCheck";
import { PreJoinTop } from "../prejoin/PreJoinTop";
import { Preview } from "../prejoin/Preview";
import { SpeakerCheck } from "../prejoin/SpeakerCheck";
import { OpenDialog } from "../room/dialogs";
import { useClassroom, useRun } from "../state";
import { usePageTitle } from "../title";
import "../prejoin/prejoin.css";

interface Props {
  /** Server time, ms. */
  readonly sinceMs: number;
  /** The connection is up: the trainers see this person wait. */
  readonly reached: boolean;
  readonly onLeave: () => void;
}

/** In the lobby: what happens next, and time to look at one's own picture and try sound. */
export function WaitingPage({ sinceMs, reached, onLeave }: Props) {
  const { local, invitation, rememberedName } = useClassroom();
  const run = useRun();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  usePageTitle(t("waiting.title"));
  return (
    <div class="prejoin">
      <PreJoinTop />
      <main class="prejoin__main">
        <div class="prejoin__heading">
          {invitation?.roomName ? <p class="soft">{invitation.roomName}</p> : null}
          <h1 ref={heading} tabIndex={-1}>
            {t("waiting.title")}
          </h1>
        </div>
        <Preview
          name={invitation?.name ?? rememberedName ?? ""}
          stage="known"
          onTest={() => undefined}
          onMicrophone={(on) => void run(local.setMicrophone(on))}
          onCamera={(on) => void run(local.setCamera(on))}
        />
        <div class="prejoin__form">
          <p role="status">{t(reached ? "waiting.text" : "waiting.lost")}</p>
          <Since sinceMs={sinceMs} />
          <DeviceProblems />
          {local.microphoneProblem.value === null ? <MicrophoneCheck /> : null}
          <SpeakerCheck />
          <div>
            <Button onClick={onLeave}>{t("waiting.leave")}</Button>
          </div>
        </div>
      </main>
      <OpenDialog />
    </div>
  );
}

function Since({ sinceMs }: { readonly sinceMs: number }) {
  return <p class="soft">{t("waiting.since", { time: formatWaiting(useServerNowMs() - sinceMs) })}</p>;
}
