/** The chat's images on their way to and from the server, beside the socket: docs/protocol.md, "Images in the chat". */
import type { ChatImage } from "../generated/protocol";
import { CommandError } from "./api";

export interface Pictures {
  /** Gives an image to the server, to be posted. Rejects with a CommandError. */
  upload(picture: Blob): Promise<ChatImage>;
  /** An address of this page's own for a posted image. Rejects with a CommandError. */
  show(id: string): Promise<string>;
}

export interface PicturePorts {
  readonly fetch: (path: string, init: RequestInit) => Promise<Response>;
  /** What shows that the session is ours; null: there is none. */
  readonly proof: () => string | null;
  /** Whose session, and of which room: by this any node of a cluster finds the one that has it. */
  readonly seat: () => { readonly room_id: string; readonly you: string } | null;
  readonly makeAddress: (picture: Blob) => string;
  readonly dropAddress: (address: string) => void;
}

const PATH = "/api/chat-images";
/** Images kept in memory; the oldest is loaded again when somebody scrolls back to it. */
export const MAX_KEPT = 60;

export class ChatPictures implements Pictures {
  private readonly kept = new Map<string, Promise<string>>();

  constructor(private readonly ports: PicturePorts) {}

  async upload(picture: Blob): Promise<ChatImage> {
    const reply = await this.ask(PATH, { method: "POST", body: picture });
    return (await reply.json()) as ChatImage;
  }

  show(id: string): Promise<string> {
    const known = this.kept.get(id);
    if (known) return known;
    const address = this.ask(`${PATH}/${encodeURIComponent(id)}`, {})
      .then((reply) => reply.blob())
      .then(this.ports.makeAddress);
    this.kept.set(id, address);
    address.catch(() => this.kept.delete(id));
    for (const [oldest, old] of this.kept) {
      if (this.kept.size <= MAX_KEPT) break;
      this.kept.delete(oldest);
      void old.then(this.ports.dropAddress, () => undefined);
    }
    return address;
  }

  private async ask(path: string, init: RequestInit): Promise<Response> {
    const proof = this.ports.proof();
    const seat = this.ports.seat();
    if (proof === null || seat === null) throw new CommandError("not_connected");
    let reply: Response;
    try {
      const where = new URLSearchParams({ room: seat.room_id, participant: seat.you });
      reply = await this.ports.fetch(`${path}?${where}`, {
        ...init,
        headers: { Authorization: `Bearer ${proof}` },
      });
    } catch {
      throw new CommandError("connection_lost");
    }
    if (reply.ok) return reply;
    const said = (await reply.json().catch(() => null)) as { error?: unknown } | null;
    throw new CommandError(typeof said?.error === "string" ? said.error : "internal");
  }
}
