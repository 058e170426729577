import { useSignal } from "@preact/signals";
import { TriangleAlert, X } from "lucide-preact";
import { t } from "../../i18n";
import { IconButton } from "../common/IconButton";
import { useClassroom } from "../state";
import { type Trouble, troubleOf, troubleWords } from "./words";

/**
 * What troubles the person's own network and what to do, until it is over or was read; the header keeps the short form. An offer
 * to use less data says what to do better than words do.
 */
export function NetworkBanner() {
  const classroom = useClassroom();
  const read = useSignal<Trouble | null>(null);
  const connected = classroom.connection.value.kind === "connected" && classroom.media.value === "connected";
  const offered = classroom.dataOffer.value !== null;
  const trouble = connected && !offered ? troubleOf(classroom.quality.value) : null;
  if (trouble === null || trouble === read.value) return null;
  const { title, advice } = troubleWords(trouble);
  return (
    <div class="banner banner--trouble">
      <TriangleAlert aria-hidden="true" />
      {/* Read out by the header's status, once. */}
      <p>
        {title} {advice}
      </p>
      <IconButton
        label={t("app.close")}
        onClick={() => {
          read.value = trouble;
        }}
      >
        <X size={18} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
