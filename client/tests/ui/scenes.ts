/** The states that the gallery shows and that axe checks, each by name. */
import type { DirectionQuality, PersonQuality, Snapshot } from "../../src/core/api";
import {
  chatEntry,
  FakeClassroom,
  type FakeOptions,
  INVITATION,
  NOW_MS,
  notice,
  people,
  person,
  snapshot,
} from "./fake-classroom";
import { groupScenes } from "./group-scenes";
import { moderationScenes } from "./moderation-scenes";
import { paintedStream } from "./pictures";
import { teachingScenes } from "./teaching-scenes";

type Scene = (count: number) => FakeClassroom;

function joined(room: Snapshot, options: FakeOptions = {}): FakeClassroom {
  const classroom = new FakeClassroom({ joined: true, room, streams: paintedStream, ...options });
  const me = room.participants.find(({ id }) => id === room.you);
  classroom.local.microphoneOn.value = me?.media.microphone ?? false;
  classroom.local.cameraOn.value = me?.media.camera ?? false;
  addDevices(classroom);
  return classroom;
}

function addDevices(classroom: FakeClassroom): void {
  const device = (kind: MediaDeviceKind, deviceId: string, label: string): MediaDeviceInfo => ({
    kind,
    deviceId,
    label,
    groupId: "g",
    toJSON: () => ({}),
  });
  classroom.local.devices.value = {
    microphones: [
      device("audioinput", "m1", "Built-in microphone (Realtek High Definition Audio)"),
      device("audioinput", "m2", "Headset"),
    ],
    cameras: [device("videoinput", "c1", "Integrated camera")],
    speakers: [device("audiooutput", "s1", "Built-in loudspeaker"), device("audiooutput", "s2", "Headset")],
    microphoneId: "m1",
    cameraId: "c1",
    speakerId: "s1",
  };
}

function asLearner(count: number): Snapshot {
  const all = people(count);
  if (count === 1)
    return snapshot({
      you: "p1",
      participants: [person(1, { media: { microphone: true, camera: true, screen: false } })],
    });
  all[1] = person(1, { media: { microphone: true, camera: true, screen: false } });
  return snapshot({ you: "p1", participants: all });
}

function asTrainer(count: number): Snapshot {
  return snapshot({ you: "p0", participants: people(count) });
}

function withHands(room: Snapshot): Snapshot {
  const ids = room.participants
    .slice(1, 4)
    .map(({ id }) => id)
    .reverse();
  return {
    ...room,
    hands: ids.map((id, index) => ({
      participant_id: id,
      raised_at_ms: NOW_MS - (ids.length - index) * 130_000,
      spoken_at_ms: null,
    })),
  };
}

function talk(classroom: FakeClassroom): FakeClassroom {
  withGlossary(classroom);
  const lines = [
    "Hello everyone!", "Here is the page we talked about: https://developer.mozilla.org/fr/docs/Web/CSS (very clear).",
    "Thank you!", "I have a question about colours. How do I find two that go together?\nIs there a tool for a palette?",
  ]; // biome-ignore format: one line of talk each
  classroom.chat.value = [
    ...lines.map((text, index) =>
      chatEntry(index + 1, {
        text,
        senderId: `p${index === 2 ? 1 : index === 1 ? 0 : 2}`,
        senderName: index === 2 ? "Karim Haddad" : index === 1 ? "Inès Moreau" : "Léa",
        own: index === 2 && classroom.room.value?.you === "p1",
        atMs: NOW_MS - (5 - index) * 300_000,
      }),
    ),
    chatEntry(5, {
      senderId: "p0",
      senderName: "Inès Moreau",
      text: "Back at 11:00, please.",
      broadcast: true,
      own: classroom.room.value?.you === "p0",
      atMs: NOW_MS - 90_000,
    }),
    chatEntry(6, {
      senderId: "p4",
      senderName: "Fatou Diallo",
      channel: "trainers",
      thread: "p4",
      text: "I cannot open the file…",
      atMs: NOW_MS - 40_000,
    }),
    chatEntry(7, {
      senderId: "p0",
      senderName: "Inès Moreau",
      own: classroom.room.value?.you === "p0",
      text: "@Karim Haddad, **two steps**:\n- open `index.html`\n- add this:\n```css\nbody {\n  color: #0b5c6b; /* petrol */\n  margin: 0 auto;\n}\n```",
      mentions: ["p1"],
      replyTo: 4,
      editedAtMs: NOW_MS - 30_000,
      atMs: NOW_MS - 35_000,
    }),
    chatEntry(8, { text: "", deletedBy: "p0", atMs: NOW_MS - 30_000 }),
    chatEntry(9, {
      text: "Like this?",
      images: [
        {
          id: "i",
          media_type: "image/webp",
          width: 640,
          height: 400,
          size_bytes: 9,
          alt: "My page, all in petrol",
        },
      ],
      atMs: NOW_MS - 20_000,
    }),
    chatEntry(-1, {
      senderId: "p1",
      senderName: "Karim Haddad",
      own: true,
      text: "On my way",
      state: "failed",
      atMs: NOW_MS - 2000,
    }),
    chatEntry(-2, {
      senderId: "p1",
      senderName: "Karim Haddad",
      own: true,
      text: "Nearly there",
      state: "sending",
      atMs: NOW_MS - 1000,
    }),
  ];
  classroom.unread.value = 3;
  return classroom;
}

/** One of everything that can be wrong with a network; one's own is slow. */
function withTrouble(classroom: FakeClassroom, staff: boolean): FakeClassroom {
  const good: DirectionQuality = { rating: "excellent", mos: 4.4, reasons: [] };
  const poor: DirectionQuality = { rating: "poor", mos: 2.4, reasons: ["video_paused", "downlink_loss"] };
  const facts: readonly Partial<PersonQuality>[] = [
    { video: "paused", sees: "paused" },
    {},
    { path: "lost", hears: false, heard: false, video: "lost" },
    { hears: false },
    { heard: false, video: "paused" },
    { path: "interrupted", hears: false },
  ];
  const others =
    classroom.room.value?.participants.filter(({ id }) => id !== classroom.room.value?.you) ?? [];
  classroom.people.value = new Map(
    others.map(({ id }, index) => [
      id,
      {
        participant_id: id,
        path: "ok",
        hears: true,
        heard: null,
        sees: "ok",
        video: "ok",
        sending: staff ? good : null,
        receiving: staff ? (index === 0 ? poor : good) : null,
        ...facts[index],
      },
    ]),
  );
  classroom.quality.value = {
    sending: { rating: "poor", mos: 2.6, reasons: ["video_paused", "uplink_limited"] },
    receiving: good,
  };
  return classroom;
}

function withCaptions(classroom: FakeClassroom): FakeClassroom {
  const line = { line: 1, at_ms: NOW_MS - 20_000, done: true } as const;
  classroom.captions.lines.value = [
    { ...line, participant_id: "p0", name: "Nadia", text: "Welcome back, everybody.", kind: "speech" },
    {
      ...line,
      participant_id: "p1",
      name: "Karim",
      text: "I do not speak today, so I type what I want to say, letter by letter, and everybody reads it",
      kind: "typing",
      done: false,
    },
  ];
  return classroom;
}

function withInterpreter(room: Snapshot): Snapshot {
  return {
    ...room,
    participants: room.participants.map((one, index) =>
      index === 2 ? { ...one, role: "interpreter", media: { ...one.media, camera: true } } : one,
    ),
  };
}

function withNotes(classroom: FakeClassroom): FakeClassroom {
  classroom.notes.write("room", "# Our page\n\n- a **header**\n- `main`\n\nTomorrow: colours\n");
  withGlossary(classroom);
  return classroom;
}

function withGlossary(classroom: FakeClassroom): void {
  const room = classroom.room.value;
  if (room === null) return;
  classroom.room.value = {
    ...room,
    glossary: [
      { id: "t1", term: "Pixel", meaning: "The smallest dot of a picture." },
      { id: "t2", term: "Style sheet", meaning: "A text that says how a page looks." },
      { id: "t3", term: "Palette", meaning: "The few colours that a page uses, chosen to go well together." },
    ],
  };
}

function beforeJoining(options: FakeOptions = {}): FakeClassroom {
  const classroom = new FakeClassroom({ room: asLearner(5), streams: paintedStream, ...options });
  return classroom;
}

export const SCENES: Readonly<Record<string, Scene>> = {
  "prejoin-ask": () => beforeJoining(),
  "prejoin-group": () => beforeJoining({ invitation: { ...INVITATION, name: null, group: true } }),
  "prejoin-ready": () => {
    const classroom = beforeJoining();
    addDevices(classroom);
    classroom.local.microphoneOn.value = true;
    classroom.local.cameraOn.value = true;
    classroom.local.cameraStream.value = paintedStream(person(1), "camera");
    classroom.local.microphoneLevel.value = 0.6;
    return classroom;
  },
  "prejoin-denied": () => {
    const classroom = beforeJoining();
    classroom.local.microphoneProblem.value = "denied";
    classroom.local.cameraProblem.value = "denied";
    return classroom;
  },
  "prejoin-missing": () => {
    const classroom = beforeJoining();
    addDevices(classroom);
    classroom.local.microphoneOn.value = true;
    classroom.local.cameraProblem.value = "missing";
    return classroom;
  },
  room: (count) => {
    const classroom = joined(withHands(asLearner(count)));
    classroom.speaking.value = count > 1 ? ["p0"] : [];
    return classroom;
  },
  "room-listener": (count) => {
    const room = asLearner(count);
    const participants = room.participants.map((one) =>
      one.id === "p1" ? person(1, { media: { microphone: false, camera: false, screen: false } }) : one,
    );
    return joined({ ...room, participants });
  },
  "room-screen": (count) => {
    const room = asLearner(count);
    const participants = room.participants.map((one) =>
      one.id === "p0" ? { ...one, media: { ...one.media, screen: true } } : one,
    );
    return joined({ ...room, participants });
  },
  "room-spotlight": (count) => joined({ ...asLearner(count), spotlight: "p0" }),
  "room-trouble": (count) => {
    const classroom = joined(asLearner(count));
    classroom.connection.value = { kind: "reconnecting", sinceMs: Date.now() - 20_000, attempt: 3 };
    return classroom;
  },
  "room-sound": (count) => {
    const classroom = joined({ ...asLearner(count), voice_broadcast: "p0" });
    classroom.soundBlocked.value = true;
    return classroom;
  },
  "room-absent": (count) => {
    const room = asLearner(count);
    const participants = room.participants.map((one, index) => ({
      ...one,
      ...(index === 2 ? { connected: false, presence: "away" as const } : {}),
      ...(index === 1 || index === 3 ? { presence: "away" as const } : {}),
    }));
    return joined({ ...room, participants });
  },
  "room-notices": (count) => {
    const classroom = joined(asLearner(count));
    classroom.notices.value = [
      notice(1, "notice.hand_lowered", { name: "Inès Moreau" }),
      notice(2, "notice.recall_60"),
      notice(3, "notice.muted", { name: "Inès Moreau" }, "warning"),
    ];
    return classroom;
  },
  "room-asked": (count) => {
    const classroom = joined(asLearner(count));
    classroom.notices.value = [notice(1, "notice.unmute_asked", { name: "Inès Moreau" }, "ask")];
    return classroom;
  },
  "room-broadcast": (count) => {
    const classroom = joined(asLearner(count));
    setTimeout(() => talk(classroom), 100);
    return classroom;
  },
  "room-network": (count) => withTrouble(joined(asLearner(count)), false),
  "trainer-network": (count) => withTrouble(joined(asTrainer(count)), true),
  trainer: (count) => joined(withHands(asTrainer(count))),
  "trainer-chat": (count) => talk(joined(asTrainer(count))),
  chat: (count) => talk(joined(asLearner(count))),
  ...groupScenes(joined, asLearner, asTrainer),
  ...moderationScenes(joined, asLearner, asTrainer, beforeJoining),
  ...teachingScenes(joined, asLearner, asTrainer),
  "room-captions": (count) => withCaptions(joined(asLearner(count))),
  "room-interpreter": (count) => joined(withInterpreter(asLearner(count))),
  "trainer-notes": (count) => withNotes(joined(asTrainer(count))),
  "ended-removed": () => ended("removed"),
  "ended-replaced": () => ended("replaced"),
  "ended-token_expired": () => ended("token_expired"),
  "ended-room_full": () => ended("room_full"),
  "ended-internal": () => ended("internal"),
  "ended-left": () => ended("left"),
  "obstacle-insecure": () => new FakeClassroom({ obstacle: "insecure_origin" }),
  "obstacle-webrtc": () => new FakeClassroom({ obstacle: "no_webrtc" }),
  "obstacle-token": () => new FakeClassroom({ obstacle: "no_token", invitation: null }),
};

function ended(code: string): FakeClassroom {
  const classroom = new FakeClassroom();
  classroom.connection.value = { kind: "ended", code };
  return classroom;
}

export function makeScene(name: string, count: number): FakeClassroom {
  const scene = SCENES[name];
  if (scene === undefined) throw new Error(`no such scene: ${name}`);
  return scene(count);
}
