import { fireEvent, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeClassroom, snapshot } from "./fake-classroom";
import { chooseMore, show } from "./setup";

const KEPT = { history_days: 14, room_days: 365 };
const answer = () => Promise.resolve(new Response(JSON.stringify(KEPT)));

afterEach(() => vi.unstubAllGlobals());

describe("what is kept of people", () => {
  it("is behind More; where the server does not answer, it is asked again", async () => {
    vi.stubGlobal("fetch", async () => new Response("", { status: 503 }));
    show(new FakeClassroom({ joined: true, room: snapshot() }));
    chooseMore("What is kept of me?");
    await screen.findByText(/cannot be shown just now/);
    vi.stubGlobal("fetch", answer);
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findAllByText("Deleted after 14 days.")).toHaveLength(2);
  });

  it("is told before they join, as the server is set up", async () => {
    vi.stubGlobal("fetch", answer);
    show(new FakeClassroom());
    fireEvent.click(screen.getByRole("button", { name: "What is kept of me?" }));
    await screen.findByRole("dialog", { name: "What is kept, and for how long" });
    expect(await screen.findAllByText("Deleted after 14 days.")).toHaveLength(2);
    expect(screen.getByText(/deleted 365 days after its last use/)).toBeTruthy();
    expect(screen.getByText(/Never recorded/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Close" }));
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});
