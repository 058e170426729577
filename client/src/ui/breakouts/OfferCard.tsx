import { useSignal } from "@preact/signals";
import { Users } from "lucide-preact";
import { t } from "../../i18n";
import { formatNames } from "../../i18n/format";
import { Button } from "../common/Button";
import { Card, Spoken } from "../common/Card";
import { groupLabel, groupOf, nameOf } from "../people";
import { useClassroom, useRun } from "../state";

/** Whoever is alone in a group may join the neighbours; or go on waiting. */
export function OfferCard() {
  const classroom = useClassroom();
  const run = useRun();
  const refused = useSignal(0);
  const room = classroom.room.value;
  const offer = room?.offers.find((one) => one.participant_id === room.you);
  const group = room && offer ? groupOf(room, offer.group) : null;
  if (!room?.breakouts || !offer || group === null || refused.value === offer.at_ms)
    return <Spoken text="" />;
  const names = formatNames(group.members.map((id) => nameOf(room, id)));
  const words = t("grouping.offer", { group: groupLabel(group, room.breakouts.mode), names });
  return (
    <>
      <Spoken text={words} />
      <Card look="calm" icon={<Users size={24} />} title={words}>
        <div class="card__actions">
          <Button kind="primary" onClick={() => run(classroom.grouping.acceptOffer())}>
            {t("grouping.offer_yes")}
          </Button>
          <Button
            onClick={() => {
              refused.value = offer.at_ms;
            }}
          >
            {t("grouping.offer_no")}
          </Button>
        </div>
      </Card>
    </>
  );
}
