import { useSignal } from "@preact/signals";
import { Search } from "lucide-preact";
import { useEffect } from "preact/hooks";
import type { Counts, Overview, Status } from "../../generated/ops";
import { Button } from "../../ui/common/Button";
import { Nodes } from "../parts/Nodes";
import { RoomList } from "../parts/RoomList";
import { StatusTag } from "../parts/StatusTag";
import { useOps, usePolled } from "../state";
import { w } from "../words";
import "./overview.css";

const PAGE_ROOMS = 50;
const MOST_ROOMS = 200;
const STATUSES: readonly Status[] = ["serious", "trouble", "attention", "fine"];
/** While somebody types, nothing is asked for each letter. */
const TYPING_MS = 300;

/** Every room and server, the most troubled first. */
export function OverviewPage() {
  const state = useOps();
  const query = useSignal("");
  const asked = useSignal("");
  const limit = useSignal(PAGE_ROOMS);
  useEffect(() => {
    const timer = setTimeout(() => {
      asked.value = query.value.trim();
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [query.value]);
  const search = new URLSearchParams({ limit: String(limit.value), q: asked.value });
  const { value } = usePolled<Overview>(`overview?${search}`);
  const shown = useSignal<Overview | null>(null);
  useEffect(() => {
    if (value === null) return;
    shown.value = value;
    state.access.value = value.you;
    state.cluster.value = value.cluster;
  }, [value]);
  const overview = value ?? shown.value;
  if (overview === null) return <p class="ops-wait">{w("state.loading")}</p>;
  const more = overview.found - overview.rooms.length;
  return (
    <>
      <Summary counts={overview.counts} />
      <section class="ops-section" aria-labelledby="ops-rooms">
        <div class="ops-section__head">
          <h2 id="ops-rooms">{w("rooms.title")}</h2>
          <label class="ops-search">
            <Search size={18} aria-hidden="true" />
            <span class="visually-hidden">{w("search")}</span>
            <input
              class="field__control"
              type="search"
              placeholder={w("search")}
              maxLength={80}
              value={query.value}
              onInput={(event) => {
                query.value = event.currentTarget.value;
              }}
            />
          </label>
        </div>
        {overview.rooms.length > 0 ? (
          <RoomList rooms={overview.rooms} nodes={overview.cluster ? overview.nodes : []} />
        ) : asked.value !== "" ? (
          <p class="ops-wait">{w("state.no_match", { query: asked.value })}</p>
        ) : (
          <div class="ops-empty">
            <p class="ops-empty__title">{w("state.empty.title")}</p>
            <p>{w("state.empty.text")}</p>
          </div>
        )}
        {more > 0 ? (
          <p class="ops-more">
            {w("count.more", { count: more })}
            {limit.value < MOST_ROOMS ? (
              <Button
                kind="quiet"
                onClick={() => {
                  limit.value = MOST_ROOMS;
                }}
              >
                {w("count.show_more")}
              </Button>
            ) : null}
          </p>
        ) : null}
      </section>
      <Nodes nodes={overview.nodes} cluster={overview.cluster} />
    </>
  );
}

function Summary({ counts }: { readonly counts: Counts }) {
  return (
    <div class="ops-summary">
      <p class="ops-summary__people">
        <strong>{w("count.rooms", { count: counts.rooms })}</strong>
        <span>{w("count.people", { count: counts.people })}</span>
        <span>{w("count.missing", { count: counts.missing })}</span>
      </p>
      <ul class="ops-summary__statuses">
        {STATUSES.map((status) => (
          <li key={status} class={counts[status] === 0 ? "ops-count ops-count--none" : "ops-count"}>
            <span class="ops-count__number">{counts[status]}</span>
            <StatusTag status={status} text={w(`status.${status}`)} />
          </li>
        ))}
      </ul>
    </div>
  );
}
