/** What the chat panel is doing now; forgotten when it closes. */
import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

export interface ChatUi {
  /** The message that the next one answers. */
  readonly replyTo: Signal<number | null>;
  /** One's own message that is being changed. */
  readonly editing: Signal<number | null>;
  /** The message to be brought into sight. */
  readonly target: Signal<number | null>;
  readonly searching: Signal<boolean>;
}

export function createChatUi(): ChatUi {
  return { replyTo: signal(null), editing: signal(null), target: signal(null), searching: signal(false) };
}

export const ChatUiContext = createContext<ChatUi | null>(null);

export function useChatUi(): ChatUi {
  const state = useContext(ChatUiContext);
  if (state === null) throw new Error("ChatUiContext is missing");
  return state;
}
