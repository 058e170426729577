import type { NodeView, RoomRow } from "../../generated/ops";
import { useMediaQuery } from "../../ui/common/useMediaQuery";
import { decimal, seconds } from "../format";
import { nodeName } from "../nodes";
import { roomAddress } from "../route";
import { complaintWords } from "../say";
import { useServerNowMs } from "../state";
import { w } from "../words";
import { Sparkline } from "./Sparkline";
import { StatusTag } from "./StatusTag";
import "./table.css";

/** From so many points on a room is in trouble (classroom/ops/trouble.py): the height of a sparkline's scale, at least. */
const TROUBLE_POINTS = 12;
const WIDE = "(min-width: 60rem)";

interface Props {
  readonly rooms: readonly RoomRow[];
  /** Empty: there is only one server, and no column for it. */
  readonly nodes: readonly NodeView[];
}

/** A table where there is room for one, else a card for each. */
export function RoomList({ rooms, nodes }: Props) {
  const wide = useMediaQuery(WIDE);
  const nameOf = (id: string) => nodes.find((node) => node.node_id === id);
  if (!wide)
    return (
      <ul class="ops-cards">
        {rooms.map((room) => (
          <RoomCard key={room.room_id} room={room} />
        ))}
      </ul>
    );
  return (
    <div class="ops-table-frame">
      <table class="ops-table">
        <thead>
          <tr>
            <th scope="col">{w("rooms.status")}</th>
            <th scope="col">{w("rooms.room")}</th>
            <th scope="col">{w("rooms.trouble")}</th>
            <th scope="col">{w("rooms.people")}</th>
            <th scope="col">{w("rooms.first_word")}</th>
            <th scope="col">{w("rooms.lost")}</th>
            <th scope="col">{w("rooms.trend")}</th>
          </tr>
        </thead>
        <tbody>
          {rooms.map((room) => (
            <tr key={room.room_id}>
              <td>
                <StatusTag status={room.status} text={w(`status.${room.status}`)} />
              </td>
              <th scope="row">
                <a href={roomAddress(room.room_id)}>{room.name}</a>
                <Server node={nameOf(room.node_id)} />
              </th>
              <td>
                <Complaints room={room} />
              </td>
              <td class="ops-table__figure">
                <People room={room} />
              </td>
              <td class="ops-table__figure">{seconds(room.first_word_ms)}</td>
              <td class="ops-table__figure">{decimal(room.lost_minutes)}</td>
              <td>
                <Trend room={room} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RoomCard({ room }: { readonly room: RoomRow }) {
  return (
    <li class="ops-card">
      <div class="ops-card__head">
        <a class="ops-card__name" href={roomAddress(room.room_id)}>
          {room.name}
        </a>
        <StatusTag status={room.status} text={w(`status.${room.status}`)} />
      </div>
      <Complaints room={room} />
      <div class="ops-card__foot">
        <span>
          {w("colon", { name: w("rooms.people") })} <People room={room} />
        </span>
        <span>
          {w("colon", { name: w("rooms.lost") })} {decimal(room.lost_minutes)}
        </span>
        <Trend room={room} />
      </div>
    </li>
  );
}

function Server({ node }: { readonly node: NodeView | undefined }) {
  return node ? <span class="ops-table__aside">{nodeName(node)}</span> : null;
}

function People({ room }: { readonly room: RoomRow }) {
  return (
    <>
      {room.people}
      {room.missing > 0 ? (
        <span class="ops-table__aside">{w("rooms.missing", { count: room.missing })}</span>
      ) : null}
    </>
  );
}

export function Complaints({ room }: { readonly room: RoomRow }) {
  const nowMs = useServerNowMs();
  if (room.complaints.length === 0) return <span class="soft">{w("rooms.nothing")}</span>;
  return (
    <ul class="ops-complaints">
      {room.complaints.map((complaint) => (
        <li key={complaint.reason}>{complaintWords(complaint, nowMs)}</li>
      ))}
    </ul>
  );
}

function Trend({ room }: { readonly room: RoomRow }) {
  return <Sparkline values={room.trend} least={TROUBLE_POINTS} label={w("rooms.trend")} />;
}
