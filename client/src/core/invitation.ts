/**
 * The invitation in the address. Its claims are read for display only, without verifying: the server verifies
 * (signaling/tokens.py). It stands in the fragment, which browsers send to nobody.
 */
import type { Role } from "../generated/protocol";
import type { Invitation } from "./api";
import type { Store } from "./store";

/** From a fragment like `#t=<token>`; null without a token. */
export function readInvitation(fragment: string): Invitation | null {
  const token = new URLSearchParams(fragment.replace(/^#/, "")).get("t");
  if (!token) return null;
  const claims = readClaims(token);
  const text = (name: string): string | null => {
    const value = claims[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  return {
    token,
    roomName: text("room_name"),
    role: text("role") as Role | null,
    name: text("name"),
    group: claims["group"] === true,
  };
}

/** The payload of a JWT (RFC 7519 section 3), or nothing if it is none: the server will say what is wrong. */
function readClaims(token: string): Record<string, unknown> {
  try {
    const payload = (token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof claims === "object" && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/**
 * A group link gives each browser a seat of its own: a random value, made once per link and kept, so that the same browser
 * comes back to the same seat. `digest` keeps the link itself out of the storage's keys.
 */
export async function groupSeat(token: string, store: Store): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  const key = `seat.${hex(new Uint8Array(digest)).slice(0, 16)}`;
  const known = store.read<string>(key);
  if (known) return known;
  const seat = hex(crypto.getRandomValues(new Uint8Array(16)));
  store.write(key, seat);
  return seat;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
