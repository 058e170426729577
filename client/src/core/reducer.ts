/**
 * How an event changes what this client knows of the room: the mirror of `rooms.views.fold`, shown equal by
 * tests/golden/room_traces.json. Pure; nothing is changed in place, and what an event does not touch stays the same object.
 */
import type {
  Breakouts,
  ChatMessage,
  GlossaryTerm,
  Group,
  Hand,
  HandRaised,
  Participant,
  ParticipantMoved,
  Snapshot,
  ViewedEvent,
} from "../generated/protocol";
import { activityChanges } from "./reducer-activities";
import { callWithout, eachGroup, leftTurns, turnChanges } from "./reducer-turns";
import { isStaff } from "./roles";

/** The next snapshot. `seq` must follow; the connection sees to that. */
export function fold(before: Snapshot, seq: number, event: ViewedEvent): Snapshot {
  return { ...before, ...changes(before, event), seq };
}

function changes(room: Snapshot, event: ViewedEvent): Partial<Snapshot> {
  switch (event.type) {
    case "room.created":
      return { room_id: event.room_id, name: event.name };
    case "room.changed":
      return { name: event.name };
    case "participant.joined":
      return { participants: seated(room.participants, event.participant) };
    case "participant.presence": {
      const { presence, connected, at_ms } = event;
      return {
        participants: changed(room, event.participant_id, { presence, connected, presence_at_ms: at_ms }),
      };
    }
    case "participant.left":
      return left(room, event.participant_id);
    case "media.changed":
      return { participants: changed(room, event.participant_id, { media: event.media }) };
    case "microphone.asked":
      return {};
    case "hand.raised":
      return { hands: [...room.hands, raised(event)] };
    case "hand.lowered":
      return { hands: without(room.hands, event.participant_ids) };
    case "chat.posted":
      return { chat: [...kept(room, event.evicted), event.message] };
    case "chat.expired":
      return { chat: kept(room, event.evicted) };
    case "chat.edited": {
      const { message_id, text, mentions, at_ms, evicted } = event;
      return { chat: rewritten(kept(room, evicted), message_id, { text, mentions, edited_at_ms: at_ms }) };
    }
    case "chat.deleted": {
      const nothing = { text: "", mentions: [], images: [], deleted_by: event.by };
      return { chat: rewritten(room.chat, event.message_id, nothing) };
    }
    case "chat.image_added":
      return {};
    case "spotlight.changed":
      return { spotlight: event.participant_id };
    case "breakouts.opened":
      return {
        breakouts: event.breakouts,
        participants: placed(room.participants, event.breakouts),
        offers: [],
      };
    case "breakouts.changed":
      return {
        breakouts: room.breakouts && {
          ...room.breakouts,
          instruction: event.instruction,
          ends_at_ms: event.ends_at_ms,
        },
      };
    case "breakouts.closed":
      return {
        breakouts: null,
        last_round: eachGroup(room.breakouts, (group) => ({ ...group, help: null })) ?? room.last_round,
        participants: placed(room.participants, null),
        offers: [],
      };
    case "breakouts.moved":
      return moved(room, event);
    case "hand.spoken":
    case "hand.kept":
    case "floor.given":
    case "floor.ended":
    case "help.called":
    case "help.promised":
    case "help.ended":
      return turnChanges(room, event);
    case "checkin.opened":
    case "checkin.answered":
    case "checkin.closed":
    case "checkin.shown":
    case "checkin.cleared":
    case "agenda.changed":
    case "agenda.timer":
      return activityChanges(room, event);
    case "breakouts.voice":
      return { voice_broadcast: event.participant_id };
    case "glossary.changed":
      return { glossary: explained(room.glossary, event.term) };
    case "glossary.removed":
      return { glossary: room.glossary.filter(({ id }) => id !== event.id) };
    case "breakouts.constraints":
      return { constraints: event.constraints };
    case "breakouts.sets":
      return { group_sets: event.sets };
    case "breakouts.offers":
      return { offers: event.offers };
    case "rules.changed":
      return { rules: event.rules };
    case "layout.changed":
      return { layout: event.layout };
    case "lobby.changed":
      return { lobby: event.waiting };
    case "kept_out.changed":
      return { kept_out: event.kept_out };
    case "participant.role":
      return { participants: changed(room, event.participant_id, { role: event.role }) };
    case "hidden":
      return event.evicted.length > 0 ? { chat: kept(room, event.evicted) } : {};
    default:
      // An event of a newer server: what it means is unknown here, but the order goes on.
      event satisfies never;
      return {};
  }
}

function explained(terms: Snapshot["glossary"], term: GlossaryTerm): Snapshot["glossary"] {
  return terms.some(({ id }) => id === term.id)
    ? terms.map((known) => (known.id === term.id ? term : known))
    : [...terms, term];
}

function seated(participants: readonly Participant[], one: Participant): readonly Participant[] {
  return participants.some(({ id }) => id === one.id)
    ? participants.map((known) => (known.id === one.id ? one : known))
    : [...participants, one];
}

function changed(room: Snapshot, id: string, change: Partial<Participant>): readonly Participant[] {
  return room.participants.map((one) => (one.id === id ? { ...one, ...change } : one));
}

function raised({ participant_id, at_ms: raised_at_ms }: HandRaised): Hand {
  return { participant_id, raised_at_ms, spoken_at_ms: null };
}

function without(hands: readonly Hand[], ids: readonly string[]): readonly Hand[] {
  return hands.filter((hand) => !ids.includes(hand.participant_id));
}

function kept(room: Snapshot, evicted: readonly number[]): Snapshot["chat"] {
  return evicted.length > 0 ? room.chat.filter(({ id }) => !evicted.includes(id)) : room.chat;
}

function rewritten(
  chat: readonly ChatMessage[],
  id: number,
  change: Partial<ChatMessage>,
): readonly ChatMessage[] {
  return chat.map((message) => (message.id === id ? { ...message, ...change } : message));
}

function left(room: Snapshot, id: string): Partial<Snapshot> {
  return {
    ...leftTurns(room, id),
    participants: room.participants.filter((one) => one.id !== id),
    hands: without(room.hands, [id]),
    spotlight: room.spotlight === id ? null : room.spotlight,
    voice_broadcast: room.voice_broadcast === id ? null : room.voice_broadcast,
    breakouts: eachGroup(room.breakouts, (group) => ({
      ...withoutMember(group, id),
      help: callWithout(group.help, id),
    })),
  };
}

/** Everybody in the group that names them, and all others in the main room. */
function placed(participants: readonly Participant[], breakouts: Breakouts | null): readonly Participant[] {
  return participants.map((one) => ({
    ...one,
    breakout: breakouts?.groups.find((group) => group.members.includes(one.id))?.id ?? null,
    visiting: false,
  }));
}

function moved(room: Snapshot, event: ParticipantMoved): Partial<Snapshot> {
  if (!room.breakouts) return {};
  const { participant_id: id, group: to, visiting, help } = event;
  const me = room.participants.find((one) => one.id === room.you);
  // Calls for help are seen by staff, and from within the group.
  const seenFromGroup = id === room.you && !(me && isStaff(me.role));
  return {
    participants: changed(room, id, { breakout: to, visiting }),
    breakouts: eachGroup(room.breakouts, (group) => {
      const rest = withoutMember(group, id);
      const members = group.id === to && !visiting ? [...rest.members, id] : rest.members;
      if (!seenFromGroup) return { ...rest, members };
      return { ...rest, members, help: group.id === to ? help : null };
    }),
  };
}

function withoutMember(group: Group, id: string): Group {
  return { ...group, members: group.members.filter((member) => member !== id) };
}
