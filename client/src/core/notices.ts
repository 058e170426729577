/** What of the room's events a person should be told in words: events to notices, a pure function and the list it fills. */
import { type Signal, signal } from "@preact/signals";
import type { Participant, Rules, Snapshot, ViewedEvent } from "../generated/protocol";
import type { Notice } from "./api";
import type { Clock } from "./clock";

/** Every key that a notice can have: the catalogues must know them all. `group` is a group's name as it travels. */
export const NOTICE_KEYS = [
  "notice.unmute_asked",
  "notice.muted",
  "notice.hand_lowered",
  "notice.breakouts_opened",
  "notice.breakouts_closed",
  "notice.moved",
  "notice.moved_back",
  "notice.visit_started",
  "notice.visit_ended",
  "notice.recall_60",
  "notice.recall_10",
  "notice.time_changed",
  "notice.instruction_changed",
  "notice.help_called",
  "notice.help_called_person",
  "notice.stuck",
  "notice.help_promised",
  "notice.help_ended",
  "notice.spotlight_on_you",
  "notice.voice_broadcast",
  "notice.broadcast",
  "notice.mentioned",
  "notice.microphone_lost",
  "notice.camera_lost",
  "notice.reconnected",
  "notice.reconnected_muted",
  "notice.device_busy",
  "notice.screen_stopped",
  "notice.microphones_closed",
  "notice.microphones_open",
  "notice.chat_closed",
  "notice.chat_open",
  "notice.lobby_waiting",
  "notice.role_given",
  "notice.role_taken",
] as const;

export type NoticeKey = (typeof NOTICE_KEYS)[number];

export interface NoticeDraft {
  readonly key: NoticeKey;
  readonly params?: Notice["params"];
  readonly tone?: Notice["tone"];
}

const MAX_NOTICES = 20;

export class NoticeList {
  readonly notices: Signal<readonly Notice[]> = signal([]);
  private lastId = 0;

  constructor(private readonly clock: Clock) {}

  /** The oldest give way: a notice is a word in passing, not a record. */
  add(...drafts: readonly NoticeDraft[]): void {
    if (drafts.length === 0) return;
    const added = drafts.map(({ key, params = {}, tone = "info" }) => ({
      id: ++this.lastId,
      key,
      params,
      tone,
      atMs: this.clock.now(),
    }));
    this.notices.value = [...this.notices.value, ...added].slice(-MAX_NOTICES);
  }

  dismiss(id: number): void {
    this.notices.value = this.notices.value.filter((notice) => notice.id !== id);
  }
}

/** What `event` means to the viewer: `before` and `after` are the room around it. */
export function noticesOf(before: Snapshot, after: Snapshot, event: ViewedEvent): readonly NoticeDraft[] {
  const you = after.you;
  const me = find(after, you);
  const name = (id: string | null): string => find(after, id)?.name ?? find(before, id)?.name ?? "";
  const group = (room: Snapshot, id: string | null | undefined): string =>
    room.breakouts?.groups.find((one) => one.id === id)?.name ?? "";
  switch (event.type) {
    case "microphone.asked":
      return event.participant_id === you
        ? [{ key: "notice.unmute_asked", params: { name: name(event.by) }, tone: "ask" }]
        : [];
    case "media.changed": {
      if (event.participant_id !== you || event.by === you) return [];
      const was = find(before, you)?.media;
      const params = { name: name(event.by) };
      const drafts: NoticeDraft[] = [];
      if (was?.microphone && !event.media.microphone)
        drafts.push({ key: "notice.muted", params, tone: "warning" });
      if (was?.screen && !event.media.screen)
        drafts.push({ key: "notice.screen_stopped", params, tone: "warning" });
      return drafts;
    }
    case "rules.changed":
      return me?.role === "participant" ? ruleNotices(before.rules, event.rules) : [];
    case "participant.role":
      if (event.participant_id !== you) return [];
      return [
        {
          key: event.role === "co_trainer" ? "notice.role_given" : "notice.role_taken",
          params: { name: name(event.by) },
          tone: "warning",
        },
      ];
    case "lobby.changed": {
      const known = new Set(before.lobby.map((one) => one.participant_id));
      const newest = event.waiting.filter((one) => !known.has(one.participant_id)).at(-1);
      return newest ? [{ key: "notice.lobby_waiting", params: { name: newest.name } }] : [];
    }
    case "hand.lowered":
      return event.by !== you && event.participant_ids.includes(you)
        ? [{ key: "notice.hand_lowered", params: { name: name(event.by) } }]
        : [];
    case "spotlight.changed":
      return event.participant_id === you && before.spotlight !== you
        ? [{ key: "notice.spotlight_on_you" }]
        : [];
    case "chat.posted": {
      const { message } = event;
      if (message.mentions.includes(you))
        return [{ key: "notice.mentioned", params: { name: message.sender_name } }];
      return message.broadcast && message.sender_id !== you
        ? [
            {
              key: "notice.broadcast",
              params: { name: message.sender_name, text: message.text },
              tone: "warning",
            },
          ]
        : [];
    }
    case "breakouts.opened":
      return me?.breakout
        ? [{ key: "notice.breakouts_opened", params: { group: group(after, me.breakout) } }]
        : find(before, you)?.breakout
          ? [{ key: "notice.moved_back" }]
          : [];
    case "breakouts.changed":
      return me?.breakout && event.by !== you ? changedNotices(before, event) : [];
    case "breakouts.closed":
      return find(before, you)?.breakout ? [{ key: "notice.breakouts_closed" }] : [];
    case "breakouts.moved":
      return movedNotices(before, after, event, name(event.participant_id));
    case "help.called":
      if (event.group === null) return ownCallNotices(you, event, name(event.participant_id));
      return event.participant_id !== you
        ? [
            {
              key: "notice.help_called",
              params: { group: group(after, event.group), name: name(event.participant_id) },
              tone: "warning",
            },
          ]
        : [];
    case "help.promised": {
      const forMe = event.group === null ? event.participant_id === you : me?.breakout === event.group;
      return forMe && event.by !== you
        ? [{ key: "notice.help_promised", params: { name: name(event.by) } }]
        : [];
    }
    case "help.ended":
      if (event.group === null)
        return event.participant_id === you && event.by !== you ? [{ key: "notice.help_ended" }] : [];
      return event.by !== you && me?.breakout === event.group && !me.visiting
        ? [{ key: "notice.help_ended" }]
        : [];
    case "breakouts.voice":
      return event.participant_id && event.participant_id !== you
        ? [{ key: "notice.voice_broadcast", params: { name: name(event.participant_id) } }]
        : [];
    default:
      return [];
  }
}

/** What participants may do from now on, or not any more. Who may come in concerns nobody who is here. */
function ruleNotices(before: Rules, after: Rules): readonly NoticeDraft[] {
  const drafts: NoticeDraft[] = [];
  if (before.unmute !== after.unmute)
    drafts.push({ key: after.unmute ? "notice.microphones_open" : "notice.microphones_closed" });
  if (before.chat !== after.chat)
    drafts.push({ key: after.chat ? "notice.chat_open" : "notice.chat_closed" });
  return drafts;
}

function find(room: Snapshot, id: string | null): Participant | undefined {
  return room.participants.find((one) => one.id === id);
}

/** Staff hear of it; the one who called knows. */
function ownCallNotices(
  you: string,
  event: Extract<ViewedEvent, { type: "help.called" }>,
  name: string,
): readonly NoticeDraft[] {
  if (event.participant_id === you) return [];
  return [
    { key: event.stuck ? "notice.stuck" : "notice.help_called_person", params: { name }, tone: "warning" },
  ];
}

function changedNotices(
  before: Snapshot,
  event: Extract<ViewedEvent, { type: "breakouts.changed" }>,
): readonly NoticeDraft[] {
  const drafts: NoticeDraft[] = [];
  if (event.instruction !== before.breakouts?.instruction && event.instruction !== "")
    drafts.push({ key: "notice.instruction_changed", params: { text: event.instruction } });
  if (event.ends_at_ms !== before.breakouts?.ends_at_ms) drafts.push({ key: "notice.time_changed" });
  return drafts;
}

function movedNotices(
  before: Snapshot,
  after: Snapshot,
  event: Extract<ViewedEvent, { type: "breakouts.moved" }>,
  name: string,
): readonly NoticeDraft[] {
  const { you } = after;
  if (event.participant_id === you) {
    if (event.by === you) return [];
    const to = after.breakouts?.groups.find((group) => group.id === event.group);
    return to ? [{ key: "notice.moved", params: { group: to.name } }] : [{ key: "notice.moved_back" }];
  }
  const mine = find(after, you)?.breakout;
  if (!mine) return [];
  const mover = find(before, event.participant_id);
  // Visits are announced, never hidden: when they begin and when they end.
  if (event.visiting && event.group === mine) return [{ key: "notice.visit_started", params: { name } }];
  if (mover?.visiting && mover.breakout === mine) return [{ key: "notice.visit_ended", params: { name } }];
  return [];
}
