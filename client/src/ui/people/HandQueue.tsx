import { Hand } from "lucide-preact";
import { t } from "../../i18n";
import { formatWaiting } from "../../i18n/format";
import { useServerNowMs } from "../clock";
import { Avatar } from "../common/Avatar";
import { Button } from "../common/Button";
import { IconButton } from "../common/IconButton";
import { useClassroom, useRun } from "../state";
import { FloorButton } from "../turns/FloorButton";

/** The hands in their order, each with the time it has waited. */
export function HandQueue({ staff }: { readonly staff: boolean }) {
  const classroom = useClassroom();
  const run = useRun();
  const hands = classroom.hands.value;
  const you = classroom.me.value?.id;
  const floor = classroom.room.value?.floor?.participant_id ?? null;
  return (
    <section class="people__part" aria-labelledby="people-hands">
      <div class="people__heading">
        <h3 id="people-hands">
          {t("people.hands")} <span class="people__count">{hands.length}</span>
        </h3>
        {staff && hands.length > 0 ? (
          <Button kind="quiet" onClick={() => run(classroom.lowerAllHands())}>
            {t("people.lower_all")}
          </Button>
        ) : null}
      </div>
      {hands.length === 0 ? (
        <p class="soft">{t("people.no_hands")}</p>
      ) : (
        <ol class="people__list">
          {hands.map((hand, index) => (
            <li key={hand.participant.id} class="hand">
              <span class="hand__rank">{index + 1}</span>
              <Avatar person={hand.participant} />
              <span class="hand__who">
                <span class="person__name">
                  {hand.participant.name}
                  {hand.participant.id === you ? ` (${t("tile.you")})` : ""}
                </span>
                <span class="person__facts">
                  {hand.participant.id === floor ? `${t("floor.has")} · ` : null}
                  {staff && hand.spokenAtMs !== null ? `${t("still.spoken")} · ` : null}
                  <Waiting sinceMs={hand.raisedAtMs} />
                </span>
              </span>
              {staff && hand.participant.id !== you ? (
                <span class="queue__actions">
                  <FloorButton person={hand.participant} has={hand.participant.id === floor} />
                  <IconButton
                    label={t("people.lower", { name: hand.participant.name })}
                    onClick={() => run(classroom.lowerHand(hand.participant.id))}
                  >
                    <span class="hand__down">
                      <Hand size={20} aria-hidden="true" />
                    </span>
                  </IconButton>
                </span>
              ) : null}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Waiting({ sinceMs }: { readonly sinceMs: number }) {
  const waited = formatWaiting(useServerNowMs() - sinceMs);
  return <>{t("people.waiting", { time: waited })}</>;
}
