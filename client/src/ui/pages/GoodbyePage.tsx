import { DoorOpen } from "lucide-preact";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Page } from "./Page";

/** After leaving. One click undoes it: that is the whole confirmation. */
export function GoodbyePage({ onAgain }: { readonly onAgain: () => void }) {
  return (
    <Page title={t("goodbye.title")} text={t("goodbye.text")} picture={<DoorOpen size={40} />}>
      <Button kind="primary" large onClick={onAgain}>
        {t("goodbye.again")}
      </Button>
    </Page>
  );
}
