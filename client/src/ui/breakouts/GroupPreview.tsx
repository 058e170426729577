import type { GroupSpec } from "../../core/api";
import type { BreakoutMode } from "../../generated/protocol";
import { formatNames } from "../../i18n/format";
import { groupLabel, nameOf } from "../people";
import { useClassroom } from "../state";

interface Props {
  readonly groups: readonly GroupSpec[];
  readonly mode: BreakoutMode;
}

/** Who would be with whom. */
export function GroupPreview({ groups, mode }: Props) {
  const room = useClassroom().room.value;
  if (room === null) return null;
  return (
    <ul class="preview-groups">
      {groups.map((group) => (
        <li key={group.name} class="preview-group">
          <span class="preview-group__name">{groupLabel(group, mode)}</span>
          <span>{formatNames(group.members.map((id) => nameOf(room, id)))}</span>
        </li>
      ))}
    </ul>
  );
}
