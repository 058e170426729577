import { CircleAlert } from "lucide-preact";
import type { DeviceProblem } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { browserKind } from "./browserKind";
import { AddressPicture } from "./PermissionPicture";
import "./problem-help.css";

interface Props {
  readonly problem: DeviceProblem;
  readonly text: string;
  readonly onRetry: () => void;
}

/** What is wrong with a device, and what to do about it. */
export function ProblemHelp({ problem, text, onRetry }: Props) {
  const browser = browserKind(navigator);
  return (
    <div class="problem" role="status">
      <CircleAlert class="problem__icon" size={20} aria-hidden="true" />
      <div class="problem__body">
        <p class="problem__what">{text}</p>
        {problem === "denied" ? (
          <>
            <p>{t(`problem.allow_${browser}`)}</p>
            <AddressPicture browser={browser} />
          </>
        ) : null}
        {problem === "unsupported" ? null : <Button onClick={onRetry}>{t("problem.retry")}</Button>}
      </div>
    </div>
  );
}
