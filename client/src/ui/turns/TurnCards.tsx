import { Hand, LifeBuoy, Mic } from "lucide-preact";
import type { Help, Snapshot } from "../../generated/protocol";
import { t } from "../../i18n";
import { formatWaiting } from "../../i18n/format";
import { useServerNowMs } from "../clock";
import { Button } from "../common/Button";
import { Card, Spoken } from "../common/Card";
import { nameOf } from "../people";
import { useClassroom, useRun, useUi } from "../state";
import { setMicrophone } from "../toolbar/actions";
import { ownCall } from "./queue";

/** One's own turn: the floor, a hand that has had its say, one's own call for help. */
export function TurnCards() {
  const classroom = useClassroom();
  const room = classroom.room.value;
  if (room === null) return null;
  const spoken = room.hands.some((hand) => hand.participant_id === room.you && hand.spoken_at_ms !== null);
  const floor = room.floor?.participant_id === room.you;
  const call = ownCall(room);
  return (
    <>
      <Spoken text={spoken ? t("still.title") : floor ? t("floor.title") : ""} />
      {spoken ? <StillNeeded /> : floor ? <OwnFloor /> : null}
      {call === null ? null : <OwnCall room={room} call={call} />}
    </>
  );
}

function OwnFloor() {
  const classroom = useClassroom();
  const ui = useUi();
  const run = useRun();
  const on = classroom.local.microphoneOn.value;
  return (
    <Card look="floor" icon={<Mic size={24} />} title={t("floor.title")}>
      <p>{t(on ? "floor.speak" : "floor.muted")}</p>
      <div class="card__actions">
        {on ? null : (
          <Button kind="primary" large onClick={() => void setMicrophone(classroom, ui, true)}>
            {t("ask.accept")}
          </Button>
        )}
        <Button onClick={() => run(classroom.turns.endFloor())}>{t(on ? "floor.done" : "floor.pass")}</Button>
      </div>
    </Card>
  );
}

function StillNeeded() {
  const classroom = useClassroom();
  const run = useRun();
  return (
    <Card icon={<Hand size={24} />} title={t("still.title")}>
      <div class="card__actions">
        <Button kind="primary" onClick={() => run(classroom.lowerHand())}>
          {t("still.lower")}
        </Button>
        <Button onClick={() => run(classroom.turns.keepHand())}>{t("still.keep")}</Button>
      </div>
    </Card>
  );
}

function OwnCall({ room, call }: { readonly room: Snapshot; readonly call: Help }) {
  const classroom = useClassroom();
  const run = useRun();
  const waited = formatWaiting(useServerNowMs() - call.called_at_ms);
  return (
    <Card
      look="calm"
      icon={<LifeBuoy size={20} />}
      title={
        call.coming === null ? t("help.own") : t("notice.help_promised", { name: nameOf(room, call.coming) })
      }
    >
      <p class="soft small">{t("help.own_private", { time: waited })}</p>
      <div class="card__actions">
        <Button onClick={() => run(classroom.turns.endHelpOf(room.you))}>{t("help.own_end")}</Button>
      </div>
    </Card>
  );
}
