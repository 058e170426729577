import { CircleAlert } from "lucide-preact";
import type { DeviceProblem } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { AddressPicture } from "./PermissionPicture";
import "./problem-help.css";

interface Props {
  readonly device: "microphone" | "camera";
  readonly problem: DeviceProblem;
  /** The picture of the address bar, once per screen. */
  readonly picture: boolean;
  readonly onRetry: () => void;
}

/** What is wrong with a device, and what to do about it. */
export function ProblemHelp({ device, problem, picture, onRetry }: Props) {
  const denied = problem === "denied";
  return (
    <div class="problem" role="status">
      <CircleAlert class="problem__icon" size={20} aria-hidden="true" />
      <div class="problem__body">
        <p class="problem__what">{t(`problem.${device}.${problem}`)}</p>
        {denied && picture ? (
          <>
            <p>{t("problem.allow_how")}</p>
            <AddressPicture />
          </>
        ) : null}
        {problem === "unsupported" ? null : <Button onClick={onRetry}>{t("problem.retry")}</Button>}
      </div>
    </div>
  );
}
