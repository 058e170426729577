import type { Role } from "../generated/protocol";

/** Who runs the room: mirror of `rooms.model.STAFF`. */
export function isStaff(role: Role): boolean {
  return role === "trainer" || role === "co_trainer";
}
