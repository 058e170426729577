import { expect, it } from "vitest";
import type { Invitation } from "../../src/core/api";
import { findObstacle } from "../../src/core/support";

class PeerConnection {
  addTransceiver(): void {}
}

const INVITATION: Invitation = { token: "t", roomName: null, role: null, name: null, group: false };
const PAGE = { isSecureContext: true, RTCPeerConnection: PeerConnection, WebSocket: class {} };

it.each([
  ["a page without https", { ...PAGE, isSecureContext: false }, INVITATION, "insecure_origin"],
  ["a browser without WebRTC", { isSecureContext: true, WebSocket: class {} }, INVITATION, "no_webrtc"],
  ["a browser from before transceivers", { ...PAGE, RTCPeerConnection: class {} }, INVITATION, "no_webrtc"],
  ["a browser without WebSocket", { ...PAGE, WebSocket: undefined }, INVITATION, "no_websocket"],
  ["an address without a link", PAGE, null, "no_token"],
  ["nothing", PAGE, INVITATION, null],
])("%s stands in the way", (_name, page, invitation, obstacle) => {
  expect(findObstacle(page as unknown as typeof globalThis, invitation)).toBe(obstacle);
});
