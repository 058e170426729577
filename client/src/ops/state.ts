/** What the whole ops page shares: the server, what was last done, and readings that renew themselves. */
import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Access, Action, Done } from "../generated/ops";
import { localNowMs } from "../ui/now";
import { OpsError, type OpsServer } from "./server";
import { lookUpWord, w } from "./words";

export interface Outcome {
  readonly text: string;
  readonly failed: boolean;
}

export interface OpsState {
  readonly server: OpsServer;
  /** Null: not known yet. */
  readonly access: Signal<Access | null>;
  readonly cluster: Signal<boolean>;
  /** The link is of no use (any more): the code. */
  readonly refused: Signal<string | null>;
  readonly outcome: Signal<Outcome | null>;
  /** Since when nothing is answered, local ms; null: all is well. */
  readonly lostSinceMs: Signal<number | null>;
}

export function createOpsState(server: OpsServer): OpsState {
  return {
    server,
    access: signal<Access | null>(null),
    cluster: signal(false),
    refused: signal<string | null>(null),
    outcome: signal<Outcome | null>(null),
    lostSinceMs: signal<number | null>(null),
  };
}

export const OpsContext = createContext<OpsState | null>(null);

export function useOps(): OpsState {
  const state = useContext(OpsContext);
  if (state === null) throw new Error("OpsContext is missing");
  return state;
}

/** The server's time now; the component renders again every second. */
export function useServerNowMs(): number {
  return localNowMs.value + useOps().server.clockOffsetMs;
}

export const POLL_MS = 2_000;
/** A page that nobody looks at asks seldom. */
const HIDDEN_POLL_MS = 30_000;
const LINK_REFUSALS: ReadonlySet<string> = new Set([
  "token_invalid",
  "token_expired",
  "token_revoked",
  "origin",
]);

export interface Polled<T> {
  /** The last answer; null: none yet. */
  readonly value: T | null;
  /** Why there is none: a code of what was asked for (a room that is gone). */
  readonly problem: string | null;
}

/** Reads `path` now and every other second. What does not answer keeps its last value; `lostSinceMs` then says since when. */
export function usePolled<T>(path: string): Polled<T> {
  const { server, refused, lostSinceMs } = useOps();
  const [polled, setPolled] = useState<Polled<T> & { readonly path: string }>({
    path,
    value: null,
    problem: null,
  });
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async (): Promise<void> => {
      try {
        const value = await server.read<T>(path);
        if (over) return;
        lostSinceMs.value = null;
        setPolled({ path, value, problem: null });
      } catch (error) {
        if (over) return;
        const code = error instanceof OpsError ? error.code : "other";
        if (LINK_REFUSALS.has(code)) {
          refused.value = code;
          return;
        }
        if (code.endsWith("_not_found")) setPolled({ path, value: null, problem: code });
        else lostSinceMs.value ??= Date.now();
      }
      timer = setTimeout(poll, document.hidden ? HIDDEN_POLL_MS : POLL_MS);
    };
    const awake = (): void => {
      if (document.hidden) return;
      clearTimeout(timer);
      void poll();
    };
    void poll();
    document.addEventListener("visibilitychange", awake);
    return () => {
      over = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", awake);
    };
  }, [path, server]);
  return polled.path === path ? polled : { value: null, problem: null };
}

/** Does something and says how it went. Resolves to whether it worked. */
export async function act(state: OpsState, action: Action, done: (done: Done) => string): Promise<boolean> {
  try {
    state.outcome.value = { text: done(await state.server.act(action)), failed: false };
    return true;
  } catch (error) {
    const code = error instanceof OpsError ? error.code : "other";
    if (LINK_REFUSALS.has(code)) state.refused.value = code;
    state.outcome.value = { text: lookUpWord(`error.${code}`) ?? w("error.other", { code }), failed: true };
    return false;
  }
}
