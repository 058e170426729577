/** What a person asks of the room, one request each. */
import type { Requests } from "../generated/protocol";
import type { Classroom } from "./api";
import type { Payload } from "./connection";
import type { RequestOptions } from "./requests";

export type Ask = <Name extends keyof Requests>(
  type: Name,
  payload: Payload<Name>,
  options?: RequestOptions,
) => Promise<Requests[Name]["reply"]>;

export type RoomCommands = Pick<
  Classroom,
  | "raiseHand"
  | "lowerHand"
  | "lowerAllHands"
  | "setAway"
  | "mute"
  | "muteAll"
  | "askUnmute"
  | "setSpotlight"
  | "removeParticipant"
  | "previewBreakouts"
  | "openBreakouts"
  | "rotateBreakouts"
  | "moveParticipant"
  | "visitBreakout"
  | "extendBreakouts"
  | "instructBreakouts"
  | "broadcastText"
  | "broadcastVoice"
  | "closeBreakouts"
  | "callHelp"
  | "endHelp"
>;

export function roomCommands(ask: Ask): RoomCommands {
  const tell = async <Name extends keyof Requests>(type: Name, payload: Payload<Name>): Promise<void> => {
    await ask(type, payload);
  };
  return {
    raiseHand: () => tell("hand.raise", {}),
    lowerHand: (id) => tell("hand.lower", id === undefined ? {} : { participant_id: id }),
    lowerAllHands: () => tell("hand.lower_all", {}),
    setAway: (away) => tell("presence.set", { away }),
    mute: (id) => tell("microphone.mute", { participant_id: id }),
    muteAll: () => tell("microphone.mute_all", {}),
    askUnmute: (id) => tell("microphone.ask", { participant_id: id }),
    setSpotlight: (id) => tell("spotlight.set", { participant_id: id }),
    removeParticipant: (id) => tell("participant.remove", { participant_id: id }),
    previewBreakouts: async (plan) => (await ask("breakouts.preview", { plan })).groups,
    openBreakouts: (plan, instruction, duration_s) =>
      tell("breakouts.open", { plan, instruction, duration_s }),
    rotateBreakouts: (duration_s) => tell("breakouts.rotate", { duration_s }),
    moveParticipant: (id, group) => tell("breakouts.move", { participant_id: id, group }),
    visitBreakout: (group) => tell("breakouts.visit", { group }),
    extendBreakouts: (duration_s) => tell("breakouts.extend", { duration_s }),
    instructBreakouts: (instruction) => tell("breakouts.instruct", { instruction }),
    broadcastText: (text) => tell("breakouts.broadcast", { text }),
    broadcastVoice: (on) => tell("breakouts.speak", { on }),
    closeBreakouts: (after_s) => tell("breakouts.close", { after_s }),
    callHelp: () => tell("help.call", {}),
    endHelp: (group) => tell("help.end", group === undefined ? {} : { group }),
  };
}
