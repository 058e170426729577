import { beforeEach, expect, it } from "vitest";
import { Loudspeaker } from "../../../src/core/media/speaker";
import { settle } from "../fakes";

interface Element {
  srcObject: unknown;
  removed: boolean;
  muted: boolean;
  sinks: string[];
}

let elements: Element[];
let refusing: boolean;
let blocked: boolean[];
let speaker: Loudspeaker;

beforeEach(() => {
  elements = [];
  refusing = false;
  blocked = [];
  speaker = new Loudspeaker(
    () => {
      const element = { srcObject: null as unknown, removed: false, muted: false, sinks: [] as string[] };
      elements.push(element);
      return Object.assign(element, {
        play: async () => {
          if (refusing) throw new DOMException("", "NotAllowedError");
        },
        remove: () => {
          element.removed = true;
        },
        setSinkId: async (id: string) => void element.sinks.push(id),
      }) as unknown as HTMLAudioElement;
    },
    (now) => blocked.push(now),
  );
});

const streams = () => [{} as MediaStream, {} as MediaStream];

it("asks for a click when the browser refuses, once sound was wanted", async () => {
  refusing = true;
  speaker.play(streams());
  await settle();
  expect(blocked).toEqual([]);
  speaker.start();
  await settle();
  expect(blocked.at(-1)).toBe(true);
  refusing = false;
  speaker.start();
  await settle();
  expect(blocked.at(-1)).toBe(false);
});

it("plays a new connection's streams instead of the old ones, on the chosen speaker", () => {
  speaker.chooseSpeaker("loud");
  speaker.play(streams());
  const later = streams();
  speaker.play(later);
  speaker.chooseSpeaker("louder");
  expect(elements.map(({ removed }) => removed)).toEqual([true, true, false, false]);
  expect(elements.slice(2).map(({ srcObject }) => srcObject)).toEqual(later);
  expect(elements.map(({ sinks }) => sinks.join())).toEqual(["loud", "loud", "loud,louder", "loud,louder"]);
});

it("plays two connections at one time while a room moves, each slot of either or of none", () => {
  speaker.play(streams());
  speaker.keepFormer();
  speaker.play(streams());
  speaker.silence({ former: [true, false], now: [false, true] });
  expect(elements.map(({ muted, removed }) => [muted, removed])).toEqual([
    [true, false],
    [false, false],
    [false, false],
    [true, false],
  ]);
  speaker.silence({ former: [], now: [] });
  speaker.endFormer();
  expect(elements.map(({ muted, removed }) => [muted, removed])).toEqual([
    [false, true],
    [false, true],
    [false, false],
    [false, false],
  ]);
});
