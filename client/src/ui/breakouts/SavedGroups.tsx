import { Trash } from "lucide-preact";
import type { Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { IconButton } from "../common/IconButton";
import { useClassroom, useRun } from "../state";
import { type Prepared, prepare } from "./saved";

interface Props {
  readonly room: Snapshot;
  readonly onUse: (prepared: Prepared) => void;
}

/** The last round's groups, and those that were kept under a name. */
export function SavedGroups({ room, onUse }: Props) {
  const { grouping } = useClassroom();
  const run = useRun();
  const last = room.last_round;
  if (last === null && room.group_sets.length === 0)
    return <p class="breakouts__part soft">{t("grouping.no_saved")}</p>;
  return (
    <ul class="breakouts__part saved">
      {last === null ? null : (
        <li class="saved__row">
          <Button wide onClick={() => onUse(prepare(t("grouping.same"), last.mode, last.groups, room))}>
            {t("grouping.same")}
          </Button>
        </li>
      )}
      {room.group_sets.map(({ name, mode, groups }) => (
        <li key={name} class="saved__row">
          <Button
            wide
            aria-label={t("grouping.use", { name })}
            onClick={() => onUse(prepare(name, mode, groups, room))}
          >
            {name}
          </Button>
          <IconButton label={t("grouping.forget", { name })} onClick={() => run(grouping.forget(name))}>
            <Trash size={20} aria-hidden="true" />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
