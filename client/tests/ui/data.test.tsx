import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { FakeClassroom, snapshot } from "./fake-classroom";
import { called, chooseMore, show } from "./setup";

const inRoom = () => new FakeClassroom({ joined: true, room: snapshot() });
const click = async (name: string) => fireEvent.click(await screen.findByRole("button", { name }));
const radio = (name: string) => screen.getByRole("radio", { name });
const box = (name: string) => screen.getByRole("checkbox", { name });

describe("the settings of pictures and data", () => {
  async function opened(): Promise<FakeClassroom> {
    const classroom = show(inRoom());
    chooseMore("Settings");
    fireEvent.click(await screen.findByRole("tab", { name: "Pictures and data" }));
    return classroom;
  }

  it("are three ways, each with what it costs", async () => {
    await opened();
    expect(radio("All pictures")).toHaveProperty("checked", true);
    for (const [name, cost] of [
      ["All pictures", "GB an hour"],
      ["Less data", "300"],
      ["Sound only", "50"],
    ] as const) {
      const described = radio(name).getAttribute("aria-describedby") ?? "";
      expect(document.getElementById(described)?.textContent).toContain(cost);
    }
  });

  it("show the same choice in two forms: three ways, and one by one", async () => {
    const classroom = await opened();
    fireEvent.click(radio("Sound only"));
    expect(classroom.data.value).toEqual({ low: false, receivePictures: false, sendPicture: false });
    expect(box("Do not receive pictures, except an interpreter’s")).toHaveProperty("checked", true);
    fireEvent.click(box("Do not receive pictures, except an interpreter’s"));
    expect(radio("All pictures")).toHaveProperty("checked", true);
    expect(box("Do not send my picture")).toHaveProperty("checked", true);
    fireEvent.click(radio("Less data"));
    expect(classroom.data.value).toEqual({ low: true, receivePictures: true, sendPicture: true });
  });
});

describe("the offer after trouble", () => {
  it("is taken with one click", async () => {
    const classroom = show(inRoom());
    classroom.dataOffer.value = "low";
    await click("Use less data");
    expect(classroom.data.value.low).toBe(true);
    classroom.dataOffer.value = "audio";
    await click("Switch to sound only");
    expect(classroom.data.value).toMatchObject({ receivePictures: false, sendPicture: false });
  });

  it("is put off with another", async () => {
    const classroom = show(inRoom());
    classroom.dataOffer.value = "low";
    await click("Keep the pictures");
    expect(called(classroom, "refuseDataOffer")).toHaveLength(1);
    await waitFor(() => expect(screen.queryByText(/struggling/)).toBeNull());
  });
});

it("whoever receives no pictures reads so, and has the way back at hand", async () => {
  const classroom = show(inRoom());
  classroom.setData({ receivePictures: false });
  await click("Show pictures");
  expect(classroom.data.value.receivePictures).toBe(true);
});
