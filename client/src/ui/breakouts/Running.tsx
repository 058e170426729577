import { RotateCw } from "lucide-preact";
import type { Snapshot } from "../../core/api";
import type { Breakouts } from "../../generated/protocol";
import { t } from "../../i18n";
import { formatCountdown } from "../../i18n/format";
import { useServerNowMs } from "../clock";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";
import { CloseGroups } from "./CloseGroups";
import { EditInstruction } from "./EditInstruction";
import { GroupCard } from "./GroupCard";
import { SaveGroups } from "./SaveGroups";
import { SpeakToAll } from "./SpeakToAll";
import { Unplaced } from "./Unplaced";

interface Props {
  readonly room: Snapshot;
  readonly breakouts: Breakouts;
}

const EXTENSIONS_MIN = [1, 3, 5] as const;

/** The open groups at a glance, and everything a trainer does while they work. */
export function Running({ room, breakouts }: Props) {
  const classroom = useClassroom();
  const run = useRun();
  const speaking = new Set(classroom.speaking.value);
  const durationS =
    breakouts.ends_at_ms === null ? null : Math.round((breakouts.ends_at_ms - breakouts.opened_at_ms) / 1000);
  return (
    <div class="breakouts">
      <section class="breakouts__part" aria-labelledby="round-title">
        <div class="breakouts__row">
          <h3 id="round-title">{t("breakouts.round", { round: breakouts.round })}</h3>
          <RoundTime endsAtMs={breakouts.ends_at_ms} />
        </div>
        <fieldset class="breakouts__row breakouts__row--start">
          <legend class="visually-hidden">{t("breakouts.more_time")}</legend>
          {EXTENSIONS_MIN.map((count) => (
            <Button key={count} onClick={() => run(classroom.extendBreakouts(count * 60))}>
              {t("breakouts.extend", { count })}
            </Button>
          ))}
        </fieldset>
        {breakouts.mode === "manual" ? null : (
          <Button kind="primary" onClick={() => run(classroom.rotateBreakouts(roundLength(durationS)))}>
            <RotateCw size={18} aria-hidden="true" />
            {t("breakouts.next_round")}
          </Button>
        )}
      </section>
      <ul class="groups">
        {breakouts.groups.map((group) => (
          <GroupCard key={group.id} room={room} group={group} mode={breakouts.mode} speaking={speaking} />
        ))}
      </ul>
      <Unplaced room={room} breakouts={breakouts} />
      <SpeakToAll room={room} />
      <SaveGroups mode={breakouts.mode} groups={breakouts.groups} />
      <EditInstruction key={breakouts.instruction} instruction={breakouts.instruction} />
      <CloseGroups />
    </div>
  );
}

const SHORTEST_S = 10;

/** The next round lasts as long as this one was given; null lets the server decide. */
function roundLength(durationS: number | null): number | null {
  return durationS === null || durationS < SHORTEST_S ? null : durationS;
}

function RoundTime({ endsAtMs }: { readonly endsAtMs: number | null }) {
  const nowMs = useServerNowMs();
  return (
    <p class="breakouts__time" role="timer">
      {endsAtMs === null
        ? t("breakouts.no_timer")
        : t("breakouts.remaining", { time: formatCountdown(endsAtMs - nowMs) })}
    </p>
  );
}
