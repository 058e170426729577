import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ChatImage } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Dialog } from "../common/Dialog";
import { useClassroom } from "../state";

/** A picture in the chat: loaded when it comes near, in a place of its own size; a click shows it large. */
export function Picture({ image }: { readonly image: ChatImage }) {
  const { pictures } = useClassroom();
  const address = useSignal<string | null>(null);
  const failed = useSignal(false);
  const large = useSignal(false);
  const place = useRef<HTMLButtonElement>(null);
  const alt = image.alt || t("chat.picture_no_alt");

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new IntersectionObserver(
      (seen) => {
        if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        pictures.show(image.id).then(
          (found) => {
            address.value = found;
          },
          () => {
            failed.value = true;
          },
        );
      },
      { rootMargin: "400px" },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [pictures, image.id]);

  if (failed.value) return <p class="picture picture--gone">{t("chat.picture_gone", { alt })}</p>;
  return (
    <>
      <button
        ref={place}
        type="button"
        class="picture"
        aria-label={t("chat.picture_large", { alt })}
        onClick={() => {
          large.value = true;
        }}
      >
        {/* Its size is known before it is here: nothing moves when it comes. */}
        <img src={address.value ?? EMPTY} alt="" style={placeOf(image)} />
      </button>
      {large.value && address.value !== null ? (
        <Dialog
          title={alt}
          onClose={() => {
            large.value = false;
          }}
        >
          <img class="picture__large" src={address.value} alt={alt} />
          <div class="dialog__actions">
            <Button
              onClick={() => {
                large.value = false;
              }}
            >
              {t("app.close")}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}

const TALLEST_PX = 256;

function placeOf({ width, height }: ChatImage): { aspectRatio: string; width: string } {
  const widest = Math.max(44, Math.min(width, (TALLEST_PX * width) / height));
  return { aspectRatio: `${width} / ${height}`, width: `min(100%, ${Math.round(widest)}px)` };
}

/** One transparent pixel, so that the picture's place is drawn before it is loaded. */
const EMPTY = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
