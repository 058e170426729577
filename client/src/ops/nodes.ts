/** What to call a server: where it is, without what all addresses have in common. */
import type { NodeView } from "../generated/ops";

export function nodeName({ url }: Pick<NodeView, "url">): string {
  return url.replace(/^https?:\/\//, "");
}
