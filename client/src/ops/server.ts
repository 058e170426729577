/** Talks to classroom/ops/api.py: reads again only what has changed, and says in codes what went wrong. */
import type { Action, Done } from "../generated/ops";

export class OpsError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export interface OpsServer {
  /** Rejects with an OpsError. */
  read<T>(path: string): Promise<T>;
  act(action: Action): Promise<Done>;
  /** Server time minus local time, ms. */
  readonly clockOffsetMs: number;
}

const TIMEOUT_MS = 8_000;
/** Answers kept to be compared with: one for each page that is open, and some. */
const KEPT = 8;

export class HttpOpsServer implements OpsServer {
  clockOffsetMs = 0;
  private readonly known = new Map<string, { readonly etag: string; readonly body: unknown }>();

  constructor(
    private readonly token: string,
    private readonly request: typeof fetch = (...given) => fetch(...given),
    private readonly now: () => number = Date.now,
  ) {}

  async read<T>(path: string): Promise<T> {
    const known = this.known.get(path);
    const reply = await this.ask(`/api/ops/${path}`, known ? { "If-None-Match": known.etag } : {});
    if (reply.status === 304 && known) return known.body as T;
    const body = (await reply.json()) as T;
    this.known.delete(path);
    this.known.set(path, { etag: reply.headers.get("ETag") ?? "", body });
    for (const old of [...this.known.keys()].slice(0, -KEPT)) this.known.delete(old);
    return body;
  }

  async act(action: Action): Promise<Done> {
    const reply = await this.ask("/api/ops/actions", { "Content-Type": "application/json" }, action);
    return (await reply.json()) as Done;
  }

  private async ask(path: string, headers: Record<string, string>, body?: object): Promise<Response> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    try {
      const reply = await this.request(path, {
        method: body ? "POST" : "GET",
        headers: { ...headers, Authorization: `Bearer ${this.token}` },
        ...(body ? { body: JSON.stringify(body) } : {}),
        cache: "no-store",
        credentials: "omit",
        signal: abort.signal,
      });
      this.noteTime(reply.headers.get("Date"));
      if (reply.ok || reply.status === 304) return reply;
      throw new OpsError(await codeOf(reply));
    } catch (error) {
      throw error instanceof OpsError ? error : new OpsError("unreachable");
    } finally {
      clearTimeout(timer);
    }
  }

  private noteTime(date: string | null): void {
    const serverMs = date === null ? Number.NaN : Date.parse(date);
    if (!Number.isNaN(serverMs)) this.clockOffsetMs = serverMs + 500 - this.now();
  }
}

async function codeOf(reply: Response): Promise<string> {
  try {
    const { error } = (await reply.json()) as { error?: unknown };
    return typeof error === "string" ? error : `http_${reply.status}`;
  } catch {
    return reply.status >= 500 ? "unreachable" : `http_${reply.status}`;
  }
}
