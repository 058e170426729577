import { X } from "lucide-preact";
import { MAX_ALT_CHARS } from "../../generated/protocol";
import { t } from "../../i18n";
import { IconButton } from "../common/IconButton";
import type { Attachments } from "./attachments";

/** The pictures that go with the next message, each with the words for those who do not see it. */
export function AttachmentList({ attachments }: { readonly attachments: Attachments }) {
  return (
    <>
      {attachments.list.value.map(({ key, preview, image, alt, problem }) => (
        <div key={key} class="attachment">
          {preview === null ? (
            <span class="attachment__wait" aria-hidden="true" />
          ) : (
            <img src={preview} alt="" />
          )}
          <div class="attachment__words">
            {problem === null ? (
              <label>
                {t("chat.alt")}
                <input
                  type="text"
                  class="field__control"
                  value={alt}
                  maxLength={MAX_ALT_CHARS}
                  dir="auto"
                  onInput={(event) => attachments.describe(key, event.currentTarget.value)}
                />
              </label>
            ) : null}
            <p
              role="status"
              class={problem === null ? "attachment__state" : "attachment__state attachment__state--bad"}
            >
              {problem ?? (image === null ? t("chat.uploading") : "")}
            </p>
          </div>
          <IconButton label={t("chat.picture_remove")} onClick={() => attachments.remove(key)}>
            <X size={18} aria-hidden="true" />
          </IconButton>
        </div>
      ))}
    </>
  );
}
