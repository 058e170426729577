import { useSignal } from "@preact/signals";
import type { NodeView, Status } from "../../generated/ops";
import { Button } from "../../ui/common/Button";
import { duration, megabytes, milliseconds, percent } from "../format";
import { nodeName } from "../nodes";
import { act, useOps } from "../state";
import { w } from "../words";
import { Confirm } from "./Confirm";
import { Fact, Facts } from "./Facts";
import { StatusTag } from "./StatusTag";

interface Props {
  readonly nodes: readonly NodeView[];
  readonly cluster: boolean;
}

export function Nodes({ nodes, cluster }: Props) {
  return (
    <section class="ops-section" aria-labelledby="ops-nodes">
      <div class="ops-section__head">
        <h2 id="ops-nodes">{w("nodes.title")}</h2>
      </div>
      <ul class="ops-cards">
        {nodes.map((node) => (
          <NodeCard key={node.node_id} node={node} cluster={cluster} />
        ))}
      </ul>
    </section>
  );
}

function stateOf(node: NodeView): readonly [Status, string] {
  if (!node.answers) return ["serious", w("nodes.silent")];
  if (node.redis === false) return ["trouble", w("nodes.no_redis")];
  return node.draining ? ["attention", w("nodes.draining")] : ["fine", w("nodes.ok")];
}

function NodeCard({ node, cluster }: { readonly node: NodeView; readonly cluster: boolean }) {
  const state = useOps();
  const asking = useSignal(false);
  const [status, text] = stateOf(node);
  const name = nodeName(node);
  const drain = { action: "drain_node", node_id: node.node_id, on: !node.draining } as const;
  return (
    <li class="ops-card">
      <div class="ops-card__head">
        <h3 class="ops-card__name">{name}</h3>
        <StatusTag status={status} text={text} />
      </div>
      <Facts>
        <Fact name={w("nodes.rooms")}>{node.rooms}</Fact>
        <Fact name={w("nodes.sessions")}>{node.sessions}</Fact>
        <Fact name={w("nodes.lag")}>{milliseconds(node.loop_lag_ms)}</Fact>
        <Fact name={w("nodes.cpu")}>{percent(node.cpu)}</Fact>
        <Fact name={w("nodes.memory")}>{megabytes(node.memory_bytes)}</Fact>
        <Fact name={w("nodes.uptime")}>{node.uptime_s === null ? "–" : duration(node.uptime_s * 1000)}</Fact>
      </Facts>
      {cluster && node.answers && state.access.value?.may_act ? (
        <div>
          <Button
            aria-label={`${w(node.draining ? "action.undrain" : "action.drain")}: ${name}`}
            onClick={() => {
              if (node.draining) void act(state, drain, () => w("action.undrain.done"));
              else asking.value = true;
            }}
          >
            {w(node.draining ? "action.undrain" : "action.drain")}
          </Button>
        </div>
      ) : null}
      {asking.value ? (
        <Confirm
          title={w("action.drain.title", { name })}
          text={w("action.drain.text")}
          label={w("action.drain.do")}
          action={drain}
          done={() => w("action.drain.done")}
          onClose={() => {
            asking.value = false;
          }}
        />
      ) : null}
    </li>
  );
}
