/** Which page is shown, as the address's fragment says: `#/`, `#/room/ID`, `#/room/ID/person/ID`. */
export type Route =
  | { readonly page: "overview" }
  | { readonly page: "room"; readonly roomId: string }
  | { readonly page: "person"; readonly roomId: string; readonly personId: string };

export function readRoute(fragment: string): Route {
  const [page, room, more, person] = fragment
    .replace(/^#\/?/, "")
    .split("/")
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return ""; // a percent sign that stands for nothing
      }
    });
  if (page !== "room" || !room) return { page: "overview" };
  if (more === "person" && person) return { page: "person", roomId: room, personId: person };
  return { page: "room", roomId: room };
}

export const OVERVIEW = "#/";

export function roomAddress(roomId: string): string {
  return `#/room/${encodeURIComponent(roomId)}`;
}

export function personAddress(roomId: string, personId: string): string {
  return `${roomAddress(roomId)}/person/${encodeURIComponent(personId)}`;
}
