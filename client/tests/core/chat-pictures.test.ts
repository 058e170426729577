import { beforeEach, expect, it } from "vitest";
import { ChatPictures, MAX_KEPT } from "../../src/core/chat-pictures";

let asked: { path: string; init: RequestInit }[];
let dropped: string[];
let proof: string | null;
let answer: () => Response;
let pictures: ChatPictures;

beforeEach(() => {
  asked = [];
  dropped = [];
  proof = "id.secret";
  answer = () => new Response("bytes");
  let made = 0;
  pictures = new ChatPictures({
    fetch: async (path, init) => {
      asked.push({ path, init });
      return answer();
    },
    proof: () => proof,
    seat: () => ({ room_id: "a room", you: "ana" }),
    makeAddress: () => {
      made += 1;
      return `blob:${made}`;
    },
    dropAddress: (address) => dropped.push(address),
  });
});

it("shows whose session it is, and loads each image once", async () => {
  expect([await pictures.show("a/b"), await pictures.show("a/b")]).toEqual(["blob:1", "blob:1"]);
  expect(asked).toEqual([
    {
      path: "/api/chat-images/a%2Fb?room=a+room&participant=ana",
      init: { headers: { Authorization: "Bearer id.secret" } },
    },
  ]);
});

it("keeps so many, and lets the oldest go", async () => {
  for (let count = 0; count <= MAX_KEPT; count += 1) await pictures.show(`i${count}`);
  await Promise.resolve();
  expect(dropped).toEqual(["blob:1"]);
});

it("tries again what failed, and says why", async () => {
  answer = () => Response.json({ error: "image_gone" }, { status: 404 });
  await expect(pictures.show("a")).rejects.toMatchObject({ code: "image_gone" });
  answer = () => new Response("bytes");
  expect(await pictures.show("a")).toBe("blob:1");
});

it.each([
  [() => Response.json({ error: "images_full" }, { status: 409 }), "images_full"],
  [() => new Response("<html>", { status: 502 }), "internal"],
  [
    () => {
      throw new TypeError("network");
    },
    "connection_lost",
  ],
])("gives the code of a refused upload: %#", async (given, code) => {
  answer = given;
  await expect(pictures.upload(new Blob(["x"]))).rejects.toMatchObject({ code });
});

it("asks nothing without a session", async () => {
  proof = null;
  await expect(pictures.upload(new Blob(["x"]))).rejects.toMatchObject({ code: "not_connected" });
  expect(asked).toEqual([]);
});
