import { LoaderCircle } from "lucide-preact";
import type { ComponentType } from "preact";
import { t } from "../../../i18n";
import { Button } from "../../common/Button";
import { useLoaded } from "../../common/useLoaded";
import type { Panel } from "./panel";
import "./panel-body.css";

export function PanelBody({ panel }: { readonly panel: Panel }) {
  if ("component" in panel.content) {
    const Content = panel.content.component;
    return <Content />;
  }
  return <Loaded load={panel.content.load} />;
}

function Loaded({ load }: { readonly load: () => Promise<ComponentType> }) {
  const { value: Content, failed, again } = useLoaded(load);
  if (Content !== null) return <Content />;
  return (
    <div class="panel-body" role="status">
      {failed ? (
        <>
          <p>{t("panel.failed")}</p>
          <Button onClick={again}>{t("panel.again")}</Button>
        </>
      ) : (
        <>
          <LoaderCircle aria-hidden="true" />
          <p>{t("panel.loading")}</p>
        </>
      )}
    </div>
  );
}
