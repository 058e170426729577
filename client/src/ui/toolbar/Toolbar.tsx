import { LogOut } from "lucide-preact";
import { t } from "../../i18n";
import type { MenuItem } from "../common/menu/items";
import { useMediaQuery } from "../common/useMediaQuery";
import type { RoomContext } from "../context";
import { PANELS } from "../room/panels";
import { MORE } from "./more";
import { MoreButton } from "./more/MoreButton";
import { ToolbarButton } from "./ToolbarButton";
import { ToolView } from "./ToolView";
import type { Tool, ToolState } from "./tool";
import { OWN_TOOLS, panelTool } from "./tools";
import "./toolbar.css";

/** Too small for all buttons: upright phones, and lying ones. */
const FEW = "(max-width: 40rem), (max-height: 30rem)";
const PANEL_TOOLS: readonly Tool[] = PANELS.map(panelTool);

interface Shown {
  readonly tool: Tool;
  readonly state: ToolState;
}

interface Props {
  readonly context: RoomContext;
  readonly onLeave: () => void;
}

/** What a person does all day, always at the same place; the rest is in "More". */
export function Toolbar({ context, onLeave }: Props) {
  const few = useMediaQuery(FEW);
  const show = (tools: readonly Tool[]): readonly Shown[] =>
    tools.flatMap((tool) => {
      const state = tool.state(context);
      return state === null ? [] : [{ tool, state: few ? withoutMenu(state) : state }];
    });
  const own = show(OWN_TOOLS);
  const panels = show(PANEL_TOOLS);
  const stays = ({ tool }: Shown) => !few || tool.onPhone;
  const moved = [...own, ...panels].filter((shown) => !stays(shown));
  const more = MORE.map((entry) => entry(context)).filter((item): item is MenuItem => item !== null);
  const button = ({ tool, state }: Shown) => <ToolView key={tool.key} state={state} />;
  return (
    <section class="toolbar" aria-label={t("room.controls")}>
      {own.filter(stays).map(button)}
      <span class="toolbar__gap" />
      {panels.filter(stays).map(button)}
      <MoreButton items={[...moved.map(asItem), ...more]} />
      <span class="toolbar__gap" />
      <ToolbarButton
        icon={LogOut}
        look="leave"
        label={t("toolbar.leave")}
        name={t("toolbar.leave")}
        onClick={onLeave}
      />
    </section>
  );
}

/** A phone's buttons do one thing; what the small menus beside them hold is in the settings too. */
function withoutMenu(state: ToolState): ToolState {
  return state.onClick === undefined ? state : { face: state.face, onClick: state.onClick };
}

function asItem({ tool, state }: Shown): MenuItem {
  const { icon, name, count = 0, description } = state.face;
  const common = {
    key: tool.key,
    icon,
    label: name,
    ...(description === undefined ? {} : { hint: description }),
  };
  if (state.onClick === undefined) return { ...common, kind: "submenu", items: state.menu.items };
  return { ...common, kind: "action", count, action: state.onClick };
}
