import { t } from "../../i18n";
import "./permission-picture.css";

/** The browser's question as it is about to appear, with an arrow at the answer. */
export function PromptPicture() {
  return (
    <svg class="permission" viewBox="0 0 320 170" role="img" aria-label={t("picture.prompt")}>
      <rect class="permission__window" x="6" y="6" width="308" height="158" rx="12" />
      <rect class="permission__bar" x="20" y="18" width="280" height="22" rx="11" />
      <circle class="permission__dot" cx="33" cy="29" r="5" />
      <rect class="permission__text" x="46" y="26" width="110" height="6" rx="3" />
      <rect class="permission__card" x="20" y="50" width="212" height="102" rx="10" />
      <text class="permission__question" x="34" y="76">
        {t("picture.question")}
      </text>
      <rect class="permission__no" x="34" y="104" width="82" height="32" rx="8" />
      <text class="permission__no-word" x="75" y="125" text-anchor="middle">
        {t("picture.block")}
      </text>
      <rect class="permission__yes" x="126" y="104" width="92" height="32" rx="8" />
      <text class="permission__yes-word" x="172" y="125" text-anchor="middle">
        {t("picture.allow")}
      </text>
      <path class="permission__arrow" d="M292 84c-4 24-26 36-62 37m12-10-14 10 13 11" />
    </svg>
  );
}

/** The address bar, with an arrow at the icon that gives the permission back. */
export function AddressPicture() {
  return (
    <svg class="permission" viewBox="0 0 320 96" role="img" aria-label={t("picture.address")}>
      <rect class="permission__window" x="6" y="6" width="308" height="84" rx="12" />
      <rect class="permission__bar" x="20" y="20" width="280" height="26" rx="13" />
      <circle class="permission__icon" cx="36" cy="33" r="10" />
      <path class="permission__sliders" d="M31 30h5m4 0h1M31 36h1m4 0h5" />
      <circle class="permission__knob" cx="38" cy="30" r="1.8" />
      <circle class="permission__knob" cx="34" cy="36" r="1.8" />
      <rect class="permission__text" x="56" y="30" width="140" height="6" rx="3" />
      <path class="permission__arrow" d="M96 78c-26 2-46-6-56-24m-3 15 2-16 15 6" />
    </svg>
  );
}
