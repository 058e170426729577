/** Composes the classroom that the interface uses: see api.ts for what each part of it means. */
import { computed } from "@preact/signals";
import { type Classroom, CommandError } from "./api";
import { askForTest, browserPorts } from "./browser";
import { roomCommands } from "./commands";
import type { Credentials } from "./connection";
import { ConnectionTester } from "./connection-test";
import { glossaryActions } from "./glossary";
import { groupingCommands } from "./grouping";
import { groupSeat, readInvitation } from "./invitation";
import { LiveClassroom, type LivePorts } from "./live";
import { moderationCommands } from "./moderation";
import { connectionOf, watchNetwork } from "./network";
import type { Store } from "./store";
import { findObstacle } from "./support";
import { teachingActions } from "./teaching";

/** What the classroom takes from the page; the defaults are the page's own. */
export interface ClassroomOptions {
  /** Address of the page: the invitation is in its fragment (`/join#t=…`), the server at its origin. */
  readonly location?: Location;
  readonly ports?: LivePorts;
}

/** The server is told that we leave, but a dead network does not keep anybody. */
const GOODBYE_MS = 1_000;

export function createClassroom(options: ClassroomOptions = {}): Classroom {
  const location = options.location ?? window.location;
  const ports = options.ports ?? browserPorts(location);
  const link = linkOf(location, ports.store);
  const invitation = readInvitation(link);
  const obstacle = findObstacle(globalThis, invitation);
  const live = new LiveClassroom(ports);
  const tester = new ConnectionTester({
    clock: ports.clock,
    createPeerConnection: ports.createPeerConnection,
    ask: (sdp) => askForTest(location, invitation?.token ?? "", sdp),
  });
  let credentials: Credentials | null = null;

  const { room, connection } = live;
  const person = computed(() => new Map(room.value?.participants.map((one) => [one.id, one])));
  const open = async (): Promise<void> => {
    if (!credentials) throw new CommandError("not_connected");
    await live.open(credentials);
  };

  if (obstacle === null) {
    // Not while the page opens: a peer connection takes a slow machine tens of milliseconds.
    atFirstSign(() => ports.clock.after(0, () => live.prewarm()));
    wakeWithPage(live);
    if (new URLSearchParams(location.search).has("debug")) exposeForTests(live);
  }

  return {
    ...roomCommands((type, payload) => connection.request(type, payload)),
    ...teachingActions((type, payload) => connection.request(type, payload)),
    glossary: glossaryActions((type, payload) => connection.request(type, payload)),
    notes: live.notes,
    captions: live.captions,
    grouping: groupingCommands((type, payload) => connection.request(type, payload)),
    moderation: moderationCommands((type, payload) => connection.request(type, payload)),
    obstacle,
    invitation,
    rememberedName: ports.store.read<string>("name"),
    local: live.devices,
    connection: live.state,
    media: live.media,
    room,
    me: computed(() => person.value.get(room.value?.you ?? "") ?? null),
    tiles: live.tiles,
    hands: computed(() =>
      (room.value?.hands ?? []).flatMap(({ participant_id, raised_at_ms, spoken_at_ms }) => {
        const participant = person.value.get(participant_id);
        return participant ? [{ participant, raisedAtMs: raised_at_ms, spokenAtMs: spoken_at_ms }] : [];
      }),
    ),
    chat: live.chat.entries,
    unread: live.chat.unread,
    reactions: live.reactions,
    messages: live.chat,
    pictures: live.pictures,
    notices: live.notices.notices,
    opsMessage: live.opsMessage,
    lastHeard: live.lastHeard,
    speaking: live.speaking,
    quality: live.quality,
    people: live.people,
    data: live.economy.choice,
    dataOffer: live.economy.offer,
    clockOffsetMs: live.clockOffsetMs,
    soundBlocked: live.soundBlocked,
    connectionTest: tester.result,

    testConnection: () => {
      if (obstacle === null) tester.run();
    },
    join: async (name) => {
      tester.stop();
      if (obstacle !== null || !invitation) throw new CommandError(obstacle ?? "no_token");
      const { token, group } = invitation;
      if (group) ports.store.write("name", name);
      credentials = group ? { token, name, seat: await groupSeat(token, ports.store) } : { token };
      await open();
      ports.store.write(LAST_LINK, link);
    },
    leave: async () => {
      const goodbye = connection.request("leave", {}).catch(() => {});
      await Promise.race([goodbye, new Promise<void>((done) => ports.clock.after(GOODBYE_MS, done))]);
      live.close("left");
    },
    rejoin: open,
    enableSound: async () => live.loudspeaker.start(),
    dismissNotice: (id) => live.notices.dismiss(id),
    setData: (change) => live.setData(change),
    refuseDataOffer: () => live.economy.refuseOffer(),
    setView: (view) => live.view.set(view.filter(({ participantId }) => participantId !== room.peek()?.you)),
  };
}

const LAST_LINK = "link";

/** The installed page starts without an invitation in its address (manifest.webmanifest): it opens the one used last in this browser. */
function linkOf({ hash, search }: Location, store: Store): string {
  if (hash !== "" || !new URLSearchParams(search).has("installed")) return hash;
  return store.read<string>(LAST_LINK) ?? "";
}

/** The page tells when the network or the person comes back: the moment to try, or to doubt a connection. */
function wakeWithPage({ connection, engine, economy }: LiveClassroom): void {
  const found = (): void => {
    connection.wake();
    // After the socket: where that is gone, the restart waits for the next one.
    engine.restart();
  };
  watchNetwork(window, connectionOf(globalThis.navigator), {
    lost: () => connection.offline(),
    back: found,
    moved: () => {
      connection.offline();
      found();
    },
  });
  const look = (): void => {
    // Nobody looks: sound goes on, pictures cost nothing.
    economy.hidden.value = document.hidden;
    if (!document.hidden) connection.wake();
  };
  document.addEventListener("visibilitychange", look);
  look();
}

const SIGNS = ["pointermove", "pointerdown", "keydown"] as const;

/** Once, when somebody is there: the pointer moves towards the page's first button, a finger or a key goes down. */
function atFirstSign(work: () => void): void {
  const seen = (): void => {
    for (const sign of SIGNS) document.removeEventListener(sign, seen, true);
    work();
  };
  for (const sign of SIGNS) document.addEventListener(sign, seen, { capture: true, passive: true });
}

/** Only on a page opened with `?debug`: what end-to-end tests measure. */
function exposeForTests({ engine }: LiveClassroom): void {
  const classroomDebug = {
    peerConnection: () => engine.peerConnection,
    stats: async () => [...((await engine.peerConnection?.getStats()) ?? new Map()).values()],
    restartIce: () => engine.restart(),
  };
  Object.assign(globalThis, { classroomDebug });
}
