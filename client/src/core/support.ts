/** Whether this page, in this browser, can be a classroom at all: found before anything else. */
import type { Invitation, Obstacle } from "./api";

export function findObstacle(page: typeof globalThis, invitation: Invitation | null): Obstacle | null {
  // Devices and Web Crypto exist in secure contexts only (https, or localhost).
  if (!page.isSecureContext) return "insecure_origin";
  // Browsers differ in how they take WebRTC away: no name, or a name without a value.
  if (!page.RTCPeerConnection?.prototype?.addTransceiver) return "no_webrtc";
  if (!page.WebSocket) return "no_websocket";
  return invitation ? null : "no_token";
}
