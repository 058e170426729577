/** What staff decide about the room, one request each. */
import type { Moderation } from "./api";
import type { Ask } from "./commands";

export function moderationCommands(ask: Ask): Moderation {
  return {
    setRules: async (change) => void (await ask("rules.set", change)),
    setLayout: async (layout) => void (await ask("layout.set", { layout })),
    admit: async (id) => void (await ask("lobby.admit", { participant_id: id })),
    refuse: async (id) => void (await ask("lobby.refuse", { participant_id: id })),
    readmit: async (id) => void (await ask("participant.readmit", { participant_id: id })),
    setRole: async (id, role) => void (await ask("participant.set_role", { participant_id: id, role })),
  };
}
