import { t } from "../../i18n";
import type { BrowserKind } from "./browserKind";
import "./permission-picture.css";

interface Props {
  readonly browser: BrowserKind;
}

/** The word on the button that lets the page hear and see, as each browser writes it. */
export const allowWord = (browser: BrowserKind): string => t(`picture.allow_${browser}`);

/** The browser's question as it is about to appear, with an arrow at the answer. */
export function PromptPicture({ browser }: Props) {
  const label = t("picture.prompt", { allow: allowWord(browser) });
  if (browser === "android" || browser === "ios") return <PhonePrompt browser={browser} label={label} />;
  const centred = browser === "safari";
  return (
    <svg class="permission" viewBox="0 0 320 190" role="img" aria-label={label}>
      <Window height={178} />
      <g transform={centred ? "translate(20 0)" : ""}>
        <rect class="permission__card" x="20" y="50" width="228" height="124" rx="10" />
        <text class="permission__question" x="34" y="76">
          {t("picture.question")}
        </text>
        {browser === "chrome" ? <StackedAnswers browser={browser} /> : <AnswersInRow browser={browser} />}
      </g>
    </svg>
  );
}

/** A browser's window with its address bar. */
function Window({ height }: { readonly height: number }) {
  return (
    <>
      <rect class="permission__window" x="6" y="6" width="308" height={height} rx="12" />
      <rect class="permission__bar" x="20" y="18" width="280" height="22" rx="11" />
      <circle class="permission__dot" cx="33" cy="29" r="5" />
      <rect class="permission__text" x="46" y="26" width="110" height="6" rx="3" />
    </>
  );
}

/** Firefox, Edge, Safari: "Block" on the left, "Allow" on the right. */
function AnswersInRow({ browser }: { readonly browser: "edge" | "firefox" | "safari" }) {
  return (
    <>
      <rect class="permission__text" x="34" y="92" width="150" height="6" rx="3" />
      <Answer x={34} y={124} width={96} word={t(`picture.block_${browser}`)} />
      <Answer x={138} y={124} width={98} word={allowWord(browser)} yes />
      <path class="permission__arrow" d="M284 98c-4 16-12 26-34 34m12-14-13 14 17 7" />
    </>
  );
}

/** Chrome: one under the other, and the first is the right one. */
function StackedAnswers({ browser }: Props) {
  return (
    <>
      <Answer x={32} y={88} width={204} word={allowWord(browser)} yes />
      <Answer x={32} y={122} width={204} height={18} />
      <Answer x={32} y={146} width={204} height={18} />
      <path class="permission__arrow" d="M296 72c-4 18-16 28-46 31m13-11-14 11 15 10" />
    </>
  );
}

interface PhoneProps extends Props {
  readonly label: string;
}

function PhonePrompt({ browser, label }: PhoneProps) {
  const y = browser === "ios" ? 56 : 74;
  return (
    <svg class="permission permission--phone" viewBox="0 0 260 210" role="img" aria-label={label}>
      <rect class="permission__window" x="26" y="4" width="208" height="202" rx="20" />
      <rect class="permission__bar" x="42" y="18" width="176" height="20" rx="10" />
      <rect class="permission__text" x="66" y="25" width="80" height="6" rx="3" />
      <rect class="permission__card" x="38" y={y} width="184" height="120" rx="14" />
      <text class="permission__question" x="130" y={y + 28} text-anchor="middle">
        {t("picture.question_short")}
      </text>
      {browser === "ios" ? (
        <>
          <Answer x={46} y={y + 70} width={82} word={t("picture.block_ios")} />
          <Answer x={134} y={y + 70} width={80} word={allowWord(browser)} yes />
          <path class="permission__arrow" d="M246 78c2 22-4 38-24 52m3-17-4 18 17-1" />
        </>
      ) : (
        <>
          <Answer x={46} y={y + 42} width={168} word={allowWord(browser)} yes />
          <Answer x={46} y={y + 76} width={168} height={16} />
          <Answer x={46} y={y + 98} width={168} height={16} />
          <path class="permission__arrow" d="M250 82c2 20-6 38-28 47m5-15-6 16 17 2" />
        </>
      )}
    </svg>
  );
}

interface AnswerProps {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height?: number;
  readonly word?: string;
  readonly yes?: boolean;
}

/** A button of the question; without a word: another answer, which matters less. */
function Answer({ x, y, width, height = 30, word, yes = false }: AnswerProps) {
  const look = yes ? "yes" : "no";
  // Long words are squeezed a little rather than running over the edge.
  const room = width - 12;
  const squeeze = word !== undefined && word.length * 7.2 > room ? { textLength: room } : {};
  return (
    <>
      <rect class={`permission__${look}`} x={x} y={y} width={width} height={height} rx="8" />
      {word === undefined ? (
        <rect
          class="permission__text"
          x={x + width / 2 - 34}
          y={y + height / 2 - 3}
          width="68"
          height="6"
          rx="3"
        />
      ) : (
        <text
          class={`permission__${look}-word`}
          x={x + width / 2}
          y={y + height / 2 + 5}
          text-anchor="middle"
          lengthAdjust="spacingAndGlyphs"
          {...squeeze}
        >
          {word}
        </text>
      )}
    </>
  );
}

/** Where the permission is given back, with an arrow at it: beside the address, or in Safari's menu. */
export function AddressPicture({ browser }: Props) {
  if (browser === "safari") return <MenuPicture />;
  return (
    <svg class="permission" viewBox="0 0 320 96" role="img" aria-label={t("picture.address")}>
      <rect class="permission__window" x="6" y="6" width="308" height="84" rx="12" />
      <rect class="permission__bar" x="20" y="20" width="280" height="26" rx="13" />
      <circle class="permission__icon" cx="36" cy="33" r="10" />
      <AddressIcon browser={browser} />
      <rect class="permission__text" x="56" y="30" width="140" height="6" rx="3" />
      <path class="permission__arrow" d="M96 78c-26 2-46-6-56-24m-3 15 2-16 15 6" />
    </svg>
  );
}

function AddressIcon({ browser }: Props) {
  switch (browser) {
    case "firefox": // a microphone, crossed out
      return (
        <path
          class="permission__sliders"
          d="M36 27.5v6m-3.5-1.500a3.5 3.5 0 0 0 7 0M36 36v2.500M30.5 27.500l11 11"
        />
      );
    case "edge": // a padlock
      return <path class="permission__sliders" d="M32 32.500h8v6h-8zM33.5 32v-2a2.5 2.5 0 0 1 5 0v2" />;
    case "ios": // a page with lines under it
      return <path class="permission__sliders" d="M31.5 28.500h9v5h-9zM31.5 36h9M31.5 38.800h5" />;
    default: // sliders
      return (
        <>
          <path class="permission__sliders" d="M31 30h5m4 0h1M31 36h1m4 0h5" />
          <circle class="permission__knob" cx="38" cy="30" r="1.8" />
          <circle class="permission__knob" cx="34" cy="36" r="1.8" />
        </>
      );
  }
}

/** The Mac's menu bar, with Safari's menu open. */
function MenuPicture() {
  return (
    <svg class="permission" viewBox="0 0 320 120" role="img" aria-label={t("picture.menu")}>
      <rect class="permission__window" x="6" y="6" width="308" height="108" rx="12" />
      <rect class="permission__bar" x="6" y="6" width="308" height="26" rx="12" />
      <rect class="permission__icon" x="30" y="10" width="54" height="18" rx="5" />
      <text class="permission__question" x="57" y="23.5" text-anchor="middle">
        Safari
      </text>
      <rect class="permission__card" x="30" y="36" width="196" height="70" rx="8" />
      <rect class="permission__text" x="44" y="48" width="90" height="6" rx="3" />
      <Answer x={36} y={64} width={184} word={t("picture.safari_menu")} yes />
      <path class="permission__arrow" d="M294 46c-2 18-20 30-60 33m13-11-14 11 15 10" />
    </svg>
  );
}
