import type { ReadonlySignal } from "@preact/signals";
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../../i18n";
import "./level-meter.css";

/** The moving bar. It is written past the renderer, because it changes 20 times a second. */
export function LevelMeter({ level }: { readonly level: ReadonlySignal<number> }) {
  const meter = useRef<HTMLDivElement>(null);
  const bar = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    const value = Math.min(1, Math.max(0, level.value));
    if (bar.current) bar.current.style.transform = `scaleX(${value})`;
    meter.current?.setAttribute("aria-valuenow", String(Math.round(value * 100)));
  });
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers colour a <meter> by good and bad, which loudness is not
    <div
      ref={meter}
      class="level"
      role="meter"
      aria-label={t("prejoin.level")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
    >
      <div ref={bar} class="level__bar" />
    </div>
  );
}
