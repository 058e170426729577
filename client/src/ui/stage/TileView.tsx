import { Hand, MessageCircle, MicOff, Pin, PinOff, Star } from "lucide-preact";
import type { Participant, PersonQuality, Tile } from "../../core/api";
import { t } from "../../i18n";
import { Avatar } from "../common/Avatar";
import { Picture } from "../common/Picture";
import type { Box } from "../layout/grid";
import { isInterpreting } from "../layout/interpreters";
import { TileNetwork } from "../quality/TileNetwork";
import { capital } from "../quality/words";
import { TileReaction } from "../reactions/TileReaction";
import { useClassroom } from "../state";
import "./tile.css";

interface Props {
  readonly tile: Tile;
  readonly box: Box;
  /** Shows its picture, if there is one. */
  readonly pictured: boolean;
  readonly pinned: boolean;
  readonly onPin: () => void;
  /** Place in the hand queue, from 1; null: hand down. */
  readonly handRank: number | null;
}

/** Narrower tiles show less beside the name. */
const SMALL_PX = 170;
/** Narrower ones, as beside a screen in a full room, give the name all the width they have, in smaller letters. */
const TINY_PX = 130;
/** Narrower tiles show the network's icon without its words. */
const NETWORK_WORDS_PX = 260;

/** One person (a `group` named exactly as the person) or one shared screen. */
export function TileView({ tile, box, pictured, pinned, onPin, handRank }: Props) {
  const { participant, kind, self } = tile;
  const screen = kind === "screen";
  const label = screen ? t("tile.screen", { name: participant.name }) : participant.name;
  const classroom = useClassroom();
  const veil = screen ? null : veilWords(participant, classroom.people.value.get(participant.id));
  const floor = !screen && classroom.room.value?.floor?.participant_id === participant.id;
  const muted = !screen && !participant.media.microphone;
  const classes = [
    "tile",
    screen && "tile--screen",
    isInterpreting(tile) && "tile--interpreter",
    tile.speaking && !screen && "tile--speaking",
    floor && "tile--floor",
    box.width < SMALL_PX && "tile--small",
    box.width < TINY_PX && "tile--tiny",
    veil !== null && "tile--absent",
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a tile is no set of form fields
    <div
      role="group"
      aria-label={label}
      class={classes.filter(Boolean).join(" ")}
      style={{
        transform: `translate(${box.x}px, ${box.y}px)`,
        width: box.width,
        height: box.height,
        "--tile-width": `${box.width}px`,
      }}
      // A tap puts the focus here, which shows the button where there is no pointer to hover.
      tabIndex={-1}
    >
      {/* Under the picture too: a camera that is on may take a moment to show its first frame. */}
      <div class="tile__empty">{screen ? null : <Avatar person={participant} />}</div>
      {tile.stream === null || !pictured ? null : (
        <Picture class="tile__video" stream={tile.stream} mirrored={self && !screen} />
      )}
      {veil === null ? null : <div class="tile__veil">{veil}</div>}
      <div class="tile__badges">
        {handRank !== null && !screen ? (
          <span class="tile__hand">
            <Hand size={18} aria-hidden="true" />
            <span aria-hidden="true">{handRank}</span>
            <span class="visually-hidden">{t("tile.hand", { rank: handRank })}</span>
          </span>
        ) : null}
        {floor ? (
          <span class="tile__floor">
            <MessageCircle size={16} aria-hidden="true" />
            <span class={box.width < SMALL_PX ? "visually-hidden" : ""}>{t("floor.has")}</span>
          </span>
        ) : null}
        {tile.spotlight && !screen ? (
          <span class="tile__star" title={t("tile.spotlight")}>
            <Star size={16} aria-hidden="true" />
            <span class="visually-hidden">{t("tile.spotlight")}</span>
          </span>
        ) : null}
        {screen || self ? null : <TileNetwork person={participant} small={box.width < NETWORK_WORDS_PX} />}
      </div>
      {screen ? null : <TileReaction participantId={participant.id} />}
      <button
        type="button"
        class="tile__pin"
        aria-pressed={pinned}
        aria-label={t("tile.pin", { name: label })}
        title={t(pinned ? "tile.unpin" : "tile.pin", { name: label })}
        onClick={onPin}
      >
        {pinned ? <PinOff size={18} aria-hidden="true" /> : <Pin size={18} aria-hidden="true" />}
      </button>
      <div class="tile__label">
        {muted ? (
          <>
            <MicOff class="tile__muted" size={16} aria-hidden="true" />
            <span class="visually-hidden">{t("tile.muted")}</span>
          </>
        ) : null}
        {muted || screen ? null : (
          // Always there, so that names stay where they are when somebody speaks.
          <span class={`tile__voice${tile.speaking ? " tile__voice--heard" : ""}`} aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
        )}
        {tile.speaking && !screen ? <span class="visually-hidden">{t("tile.speaking")}</span> : null}
        <span class="tile__name">
          {screen && self ? t("tile.screen_own") : label}
          {self && !screen ? <span class="tile__you"> ({t("tile.you")})</span> : null}
        </span>
      </div>
    </div>
  );
}

/** Over the last picture of somebody who is not there now. Media fall silent long before the seat counts as dropped. */
function veilWords(person: Participant, quality: PersonQuality | undefined): string | null {
  if (!person.connected) return t("tile.reconnecting");
  if (person.presence !== "joined") return t("tile.away");
  if (quality?.path === "lost" || quality?.path === "interrupted")
    return capital(t(`quality.path_${quality.path}`));
  return null;
}
