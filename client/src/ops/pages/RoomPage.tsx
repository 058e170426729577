import { useSignal } from "@preact/signals";
import { LogOut, MessageSquare, MoveRight } from "lucide-preact";
import type { PersonRow, RoomView } from "../../generated/ops";
import { Button } from "../../ui/common/Button";
import { useMediaQuery } from "../../ui/common/useMediaQuery";
import { decimal, milliseconds, seconds } from "../format";
import { Chart } from "../parts/Chart";
import { Confirm, MessageDialog } from "../parts/Confirm";
import { Complaints } from "../parts/RoomList";
import { StatusTag } from "../parts/StatusTag";
import { OVERVIEW, personAddress } from "../route";
import { personWords, qualityWords } from "../say";
import { useOps, usePolled, useServerNowMs } from "../state";
import { w } from "../words";
import { Gone, Heading } from "./Heading";
import "./room-page.css";

const WIDE = "(min-width: 80rem)";
/** The scale of the people's chart, at least; and of the minutes that a room may lose in a minute before the chart grows. */
const PEOPLE = 8;
const TROUBLE = 30;
const LOST = 1;

/** One room: what is wrong, how it went, who is in it. */
export function RoomPage({ roomId }: { readonly roomId: string }) {
  const { value, problem } = usePolled<RoomView>(`rooms/${encodeURIComponent(roomId)}`);
  if (problem !== null) return <Gone text={w("state.gone")} />;
  if (value === null) return <p class="ops-wait">{w("state.loading")}</p>;
  const { room } = value;
  const seated = value.people.filter((person) => person.gone_at_ms === null);
  const gone = value.people.filter((person) => person.gone_at_ms !== null);
  const history = (name: string, values: readonly number[]) => [{ name, values }];
  return (
    <>
      <Heading title={room.name} back={OVERVIEW} backLabel={w("nav.rooms")}>
        <StatusTag status={room.status} text={w(`status.${room.status}`)} />
      </Heading>
      <div class="ops-room__now">
        <Complaints room={room} />
        <RoomActions view={value} />
      </div>
      <section class="ops-section" aria-labelledby="ops-people">
        <h2 id="ops-people" class="ops-section__title">
          {w("room.people")}
        </h2>
        <People roomId={roomId} people={seated} />
        {gone.length > 0 ? (
          <details class="ops-left">
            <summary>{w("room.left", { count: gone.length })}</summary>
            <People roomId={roomId} people={gone} />
          </details>
        ) : null}
      </section>
      <section class="ops-section" aria-labelledby="ops-history">
        <h2 id="ops-history" class="ops-section__title">
          {w("room.history")}
        </h2>
        <div class="ops-charts">
          <Chart
            title={w("room.chart_trouble")}
            rows={history("trouble", value.trouble_trend)}
            most={TROUBLE}
            write={decimal}
          />
          <Chart
            title={w("room.chart_people")}
            rows={history("people", value.people_trend)}
            most={PEOPLE}
            write={decimal}
          />
          <Chart
            title={w("room.chart_lost")}
            rows={history("lost", value.lost_trend)}
            most={LOST}
            write={decimal}
            bars
          />
        </div>
      </section>
    </>
  );
}

function RoomActions({ view: { room, people } }: { readonly view: RoomView }) {
  const { access, cluster } = useOps();
  const asking = useSignal<"message" | "move" | "close" | null>(null);
  const close = () => {
    asking.value = null;
  };
  if (!access.value?.may_act) return null;
  const inside = people.filter((person) => person.connected).length;
  return (
    <div class="ops-actions">
      <Button
        onClick={() => {
          asking.value = "message";
        }}
      >
        <MessageSquare size={18} aria-hidden="true" />
        {w("action.message")}
      </Button>
      {cluster.value ? (
        <Button
          onClick={() => {
            asking.value = "move";
          }}
        >
          <MoveRight size={18} aria-hidden="true" />
          {w("action.move")}
        </Button>
      ) : null}
      <Button
        onClick={() => {
          asking.value = "close";
        }}
      >
        <LogOut size={18} aria-hidden="true" />
        {w("action.close")}
      </Button>
      {asking.value === "message" ? <MessageDialog roomId={room.room_id} onClose={close} /> : null}
      {asking.value === "move" ? (
        <Confirm
          title={w("action.move.title", { name: room.name })}
          text={w("action.move.text")}
          label={w("action.move.do")}
          action={{ action: "move_room", room_id: room.room_id }}
          done={() => w("action.move.done")}
          onClose={close}
        />
      ) : null}
      {asking.value === "close" ? (
        <Confirm
          title={w("action.close.title", { name: room.name })}
          text={w("action.close.text", { count: inside })}
          label={w("action.close.do")}
          danger
          action={{ action: "close_room", room_id: room.room_id }}
          done={() => w("action.close.done")}
          onClose={close}
        />
      ) : null}
    </div>
  );
}

interface PeopleProps {
  readonly roomId: string;
  readonly people: readonly PersonRow[];
}

function People({ roomId, people }: PeopleProps) {
  const wide = useMediaQuery(WIDE);
  if (!wide)
    return (
      <ul class="ops-cards">
        {people.map((person) => (
          <li key={person.participant_id} class="ops-card">
            <div class="ops-card__head">
              <Name roomId={roomId} person={person} />
              <span class="soft">{w(`role.${person.role}`)}</span>
            </div>
            <State person={person} />
            <div class="ops-card__foot">
              <span>
                {w("colon", { name: w("person.sends") })} {qualityWords(person.sending)}
              </span>
              <span>
                {w("colon", { name: w("person.receives") })} {qualityWords(person.receiving)}
              </span>
            </div>
          </li>
        ))}
      </ul>
    );
  return (
    <div class="ops-table-frame">
      <table class="ops-table">
        <thead>
          <tr>
            <th scope="col">{w("person.name")}</th>
            <th scope="col">{w("person.state")}</th>
            <th scope="col">{w("person.sends")}</th>
            <th scope="col">{w("person.receives")}</th>
            <th scope="col">{w("person.round_trip")}</th>
            <th scope="col">{w("person.way")}</th>
            <th scope="col">{w("person.first_word")}</th>
            <th scope="col">{w("person.lost")}</th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.participant_id}>
              <th scope="row">
                <Name roomId={roomId} person={person} />
                <span class="ops-table__aside">{w(`role.${person.role}`)}</span>
              </th>
              <td>
                <State person={person} />
              </td>
              <td>{qualityWords(person.sending)}</td>
              <td>{qualityWords(person.receiving)}</td>
              <td class="ops-table__figure">{milliseconds(person.round_trip_ms)}</td>
              <td class="ops-table__figure">{person.way === null ? "–" : w(`way.${person.way}`)}</td>
              <td class="ops-table__figure">{seconds(person.first_word_ms)}</td>
              <td class="ops-table__figure">{decimal(person.lost_minutes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Name({ roomId, person }: { readonly roomId: string; readonly person: PersonRow }) {
  return (
    <a class="ops-name" href={personAddress(roomId, person.participant_id)}>
      {person.name}
    </a>
  );
}

export function State({ person }: { readonly person: PersonRow }) {
  const nowMs = useServerNowMs();
  return (
    <ul class="ops-state">
      {personWords(person, nowMs).map(({ tone, text }) => (
        <li key={tone + text.replace(/\d+/g, "")}>
          <StatusTag status={tone} text={text} />
        </li>
      ))}
    </ul>
  );
}
