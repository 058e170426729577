import { useSignal } from "@preact/signals";
import { RefreshCw } from "lucide-preact";
import type { PersonView, PictureView } from "../../generated/ops";
import { Button } from "../../ui/common/Button";
import { decimal, milliseconds, moment, percent, seconds } from "../format";
import { Chart } from "../parts/Chart";
import { Confirm } from "../parts/Confirm";
import { Fact, Facts } from "../parts/Facts";
import { roomAddress } from "../route";
import { eventWords, qualityWords } from "../say";
import { useOps, usePolled } from "../state";
import { w } from "../words";
import { Gone, Heading } from "./Heading";
import { State } from "./RoomPage";
import "./person-page.css";

interface Props {
  readonly roomId: string;
  readonly personId: string;
}

/** One person: how their media travel and fare, and what happened to them, in words and charts. */
export function PersonPage({ roomId, personId }: Props) {
  const path = `rooms/${encodeURIComponent(roomId)}/people/${encodeURIComponent(personId)}`;
  const { value, problem } = usePolled<PersonView>(path);
  if (problem !== null)
    return <Gone text={w(problem === "room_not_found" ? "state.gone" : "state.gone_person")} />;
  if (value === null) return <p class="ops-wait">{w("state.loading")}</p>;
  const { person } = value;
  const [lossOut, lossIn] = [person.sending?.loss ?? null, person.receiving?.loss ?? null];
  return (
    <>
      <Heading title={person.name} back={roomAddress(roomId)} backLabel={value.room_name}>
        <span class="soft">{w(`role.${person.role}`)}</span>
      </Heading>
      <div class="ops-room__now">
        <State person={person} />
        <Restart roomId={roomId} view={value} />
      </div>
      <section class="ops-section ops-panel">
        <Facts>
          <Fact name={w("person.sends")}>{qualityWords(person.sending)}</Fact>
          <Fact name={w("person.receives")}>{qualityWords(person.receiving)}</Fact>
          <Fact name={w("person.way")}>
            {person.way === null ? w("person.unknown") : w(`way.${person.way}`)}
          </Fact>
          <Fact name={w("person.round_trip")}>{milliseconds(person.round_trip_ms)}</Fact>
          <Fact name={w("person.loss")}>
            {percent(lossOut)} / {percent(lossIn)}
          </Fact>
          <Fact name={w("person.first_word")}>{seconds(person.first_word_ms)}</Fact>
          <Fact name={w("person.lost")}>{decimal(person.lost_minutes)}</Fact>
          <Fact name={w("person.browser")}>{value.browser || value.client || w("person.unknown")}</Fact>
          <Fact name={w("person.pictures_out")}>
            <Pictures pictures={value.sends} />
          </Fact>
          <Fact name={w("person.pictures_in")}>
            <Pictures pictures={value.receives} />
          </Fact>
        </Facts>
      </section>
      <section class="ops-section" aria-labelledby="ops-charts">
        <h2 id="ops-charts" class="ops-section__title">
          {w("person.charts")}
        </h2>
        <Charts readings={value.readings} />
      </section>
      <section class="ops-section" aria-labelledby="ops-timeline">
        <h2 id="ops-timeline" class="ops-section__title">
          {w("person.timeline")}
        </h2>
        <ol class="ops-timeline">
          {[...value.timeline].reverse().map((entry, index) => (
            <li key={value.timeline.length - index}>
              <time dateTime={new Date(entry.at_ms).toISOString()}>{moment(entry.at_ms)}</time>
              <span>{eventWords(entry)}</span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

const NO_VALUES: readonly (number | null)[] = [];

function Charts({ readings }: Pick<PersonView, "readings">) {
  const both = (out: string, back: string) => [
    { name: w("person.out"), values: readings[out] ?? NO_VALUES },
    { name: w("person.in"), values: readings[back] ?? NO_VALUES },
  ];
  return (
    <div class="ops-charts">
      <Chart
        title={w("person.chart_quality")}
        rows={both("sending", "receiving")}
        least={1}
        most={5}
        write={decimal}
      />
      <Chart title={w("person.chart_loss")} rows={both("loss_out", "loss_in")} most={0.05} write={percent} />
      <Chart
        title={w("person.chart_round_trip")}
        rows={[{ name: "round trip", values: readings["round_trip"] ?? NO_VALUES }]}
        most={100}
        write={milliseconds}
      />
    </div>
  );
}

function Pictures({ pictures }: { readonly pictures: readonly PictureView[] }) {
  if (pictures.length === 0) return <>{w("person.none")}</>;
  return (
    <ul>
      {pictures.map((picture) => (
        <li key={`${picture.kind} ${picture.of} ${picture.layer}`}>
          {w("colon", { name: w(`kind.${picture.kind}`, { name: picture.of }) })} {layerWords(picture)}
        </li>
      ))}
    </ul>
  );
}

function layerWords({ layer, paused, bitrate_bps }: PictureView): string {
  if (paused) return w("layer.paused");
  const size =
    layer === null ? w(bitrate_bps === null ? "layer.waiting" : "layer.whole") : w(`layer.${layer}`);
  return bitrate_bps === null ? size : `${size}, ${Math.round(bitrate_bps / 1000)} kbit/s`;
}

function Restart({ roomId, view: { person } }: { readonly roomId: string; readonly view: PersonView }) {
  const { access } = useOps();
  const asking = useSignal(false);
  if (!access.value?.may_act || person.gone_at_ms !== null) return null;
  return (
    <div class="ops-actions">
      <Button
        onClick={() => {
          asking.value = true;
        }}
      >
        <RefreshCw size={18} aria-hidden="true" />
        {w("action.restart")}
      </Button>
      {asking.value ? (
        <Confirm
          title={w("action.restart.title", { name: person.name })}
          text={w("action.restart.text")}
          label={w("action.restart.do")}
          action={{ action: "restart_ice", room_id: roomId, participant_id: person.participant_id }}
          done={() => w("action.restart.done")}
          onClose={() => {
            asking.value = false;
          }}
        />
      ) : null}
    </div>
  );
}
