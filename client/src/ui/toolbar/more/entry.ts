import type { MenuItem } from "../../common/menu/items";
import type { RoomContext } from "../../context";

/** An entry of "More": what it is now for this person; null: nothing. */
export type MoreEntry = (context: RoomContext) => MenuItem | null;
