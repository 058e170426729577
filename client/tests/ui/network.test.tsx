/** What people read about networks: their own, and one another's. */
import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import type { DirectionQuality, OwnQuality, PersonQuality } from "../../src/core/api";
import { language } from "../../src/i18n";
import { personWords, type Trouble, troubleOf } from "../../src/ui/quality/words";
import { FakeClassroom, person, snapshot } from "./fake-classroom";
import { show } from "./setup";

type Reason = DirectionQuality["reasons"][number];
const way = (rating: DirectionQuality["rating"], ...reasons: Reason[]): DirectionQuality => ({
  rating,
  mos: 3,
  reasons,
});
const GOOD = way("excellent");
const known = (changes: Partial<PersonQuality> = {}): PersonQuality => ({
  participant_id: "p2",
  path: "ok",
  hears: true,
  heard: null,
  sees: "ok",
  video: "ok",
  sending: null,
  receiving: null,
  ...changes,
});

describe("the words for another person", () => {
  it.each<[Partial<PersonQuality>, string, string]>([
    [{}, "ok", "hears us"],
    [{ hears: null }, "ok", ""],
    [{ video: "paused" }, "paused", "hears us; video paused"],
    [{ sees: "paused" }, "paused", "hears us; gets sound only"],
    [{ hears: false }, "lost", "does not hear us"],
    [{ heard: false }, "lost", "hears us; cannot be heard"],
    [{ heard: false, video: "paused" }, "lost", "hears us; cannot be heard; video paused"],
    [{ path: "lost", hears: false, video: "lost" }, "lost", "connection lost…"],
    [{ path: "interrupted", hears: false }, "lost", "sound and picture interrupted…"],
    [{ path: "none", hears: false }, "lost", "no sound or picture yet"],
  ])("%o: %s, “%s”", (changes, tone, text) => {
    expect(personWords(person(2), known(changes))).toEqual({ tone, text });
  });

  it("are none for whoever is not known or not connected", () => {
    const silent = { tone: "ok", text: "" };
    expect(personWords(person(2), undefined)).toEqual(silent);
    expect(personWords(person(2, { connected: false }), known({ path: "lost" }))).toEqual(silent);
  });
});

describe("one's own trouble", () => {
  it.each<[OwnQuality, Trouble | null]>([
    [{ sending: null, receiving: null }, null],
    [{ sending: GOOD, receiving: GOOD }, null],
    [{ sending: way("good", "uplink_loss"), receiving: way("good", "downlink_limited") }, null],
    [{ sending: way("lost", "network_lost"), receiving: way("lost", "network_lost") }, "silent"],
    [{ sending: way("lost", "uplink_loss"), receiving: GOOD }, "unheard"],
    [{ sending: GOOD, receiving: way("lost", "downlink_loss") }, "deaf"],
    [{ sending: way("poor", "video_paused", "uplink_loss"), receiving: GOOD }, "own_video_paused"],
    [{ sending: GOOD, receiving: way("excellent", "video_paused") }, "videos_paused"],
    [{ sending: way("poor", "uplink_loss"), receiving: way("poor", "downlink_loss") }, "loss_out"],
    [{ sending: GOOD, receiving: way("poor", "downlink_loss", "high_delay") }, "loss_in"],
    [{ sending: way("poor", "uplink_limited"), receiving: GOOD }, "slow_out"],
    [{ sending: GOOD, receiving: way("poor", "downlink_limited") }, "slow_in"],
    [{ sending: way("poor", "high_delay"), receiving: way("good", "high_delay") }, "delay"],
  ])("%o: %s", (quality, trouble) => {
    expect(troubleOf(quality)).toBe(trouble);
  });
});

const PAUSED = { sending: way("poor", "video_paused"), receiving: GOOD };
const inRoom = (you = "p1") => new FakeClassroom({ joined: true, room: snapshot({ you }) });
const status = () =>
  screen
    .getAllByRole("status")
    .map(({ textContent }) => textContent)
    .join("|");

describe("in the room", () => {
  it("trouble is written, read out once, and explained on a click", async () => {
    const classroom = show(inRoom());
    expect(status()).not.toMatch(/network/);
    classroom.quality.value = PAUSED;
    await waitFor(() => expect(status()).toMatch(/your picture is paused, your sound goes on/));
    expect(status().match(/your picture is paused/g)).toHaveLength(1);
    fireEvent.click(screen.getByRole("button", { name: "Picture paused" }));
    const card = await screen.findByRole("group", { name: "Your network" });
    expect(card.textContent).toMatch(/Wi-Fi box/);
    expect(card.textContent).toMatch(/to the others: poor \(picture paused\).*to you: very good/);
    fireEvent.keyDown(document, { key: "Escape" });
    await waitFor(() => expect(screen.queryByRole("group", { name: "Your network" })).toBeNull());
  });

  it("a banner that was read does not come back for the same trouble", async () => {
    const classroom = show(inRoom());
    const banner = () => document.querySelector(".banner--trouble")?.textContent ?? "";
    classroom.quality.value = PAUSED;
    await waitFor(() => expect(banner()).toMatch(/slow/));
    const box = document.querySelector<HTMLElement>(".banner--trouble");
    fireEvent.click(within(box as HTMLElement).getByRole("button", { name: "Close" }));
    await waitFor(() => expect(banner()).toBe(""));
    classroom.quality.value = { ...PAUSED };
    expect(banner()).toBe("");
    classroom.quality.value = { sending: way("poor", "uplink_loss"), receiving: GOOD };
    await waitFor(() => expect(banner()).toMatch(/unstable/));
  });

  it("all is well: the header says so, and how well on a click", async () => {
    const classroom = show(inRoom());
    classroom.quality.value = { sending: GOOD, receiving: way("good", "high_delay") };
    fireEvent.click(screen.getByRole("button", { name: "Connected" }));
    const card = await screen.findByRole("group", { name: "Your network" });
    expect(card.textContent).toMatch(/very good.*good \(arrives late\)/);
  });

  it("pictures tell what is wrong with their person's network", async () => {
    const classroom = show(inRoom());
    const tile = (name: string) => screen.getByRole("group", { name });
    classroom.people.value = new Map([
      ["p2", known({ video: "paused" })],
      ["p4", known({ participant_id: "p4", path: "lost", hears: false })],
    ]);
    await waitFor(() => expect(tile("Léa").textContent).toMatch(/Hears us; video paused/));
    expect(tile("Fatou Diallo").textContent).toMatch(/Connection lost…/);
    classroom.people.value = new Map([["p2", known()]]);
    await waitFor(() => expect(tile("Léa").textContent).not.toMatch(/us|paused/));
    expect(tile("Fatou Diallo").textContent).not.toMatch(/lost/);
  });

  it("the list of people has the same words, and for staff the ratings", async () => {
    const classroom = show(inRoom("p0"));
    classroom.people.value = new Map([
      ["p1", known({ participant_id: "p1", sending: GOOD, receiving: way("poor", "downlink_loss") })],
      ["p2", known({ sending: GOOD, receiving: GOOD })],
    ]);
    fireEvent.click(screen.getByRole("button", { name: "People" }));
    const rows = await screen.findAllByRole("listitem");
    const row = (name: string) => rows.find(({ textContent }) => textContent?.includes(name))?.textContent;
    expect(row("Karim")).toMatch(/Hears us.*Receives: poor \(parts get lost on the way\)/);
    expect(row("Karim")).not.toMatch(/Sends/);
    expect(row("Léa")).toMatch(/Hears us/);
    expect(row("Léa")).not.toMatch(/Receives/);
  });

  it("in French too", async () => {
    language.value = "fr";
    const classroom = show(inRoom());
    classroom.quality.value = PAUSED;
    classroom.people.value = new Map([["p2", known({ video: "paused" })]]);
    await screen.findByRole("button", { name: "Image en pause" });
    expect(screen.getByRole("group", { name: "Léa" }).textContent).toMatch(
      /Nous entend\u202f; image en pause/,
    );
  });
});
