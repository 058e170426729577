import { t } from "../../i18n";
import { useClassroom, useRun } from "../state";
import { ProblemHelp } from "./ProblemHelp";

/** What is wrong with the microphone and the camera; one word for both where one cause stops both. */
export function DeviceProblems() {
  const { local } = useClassroom();
  const run = useRun();
  const microphone = local.microphoneProblem.value;
  const camera = local.cameraProblem.value;
  if (microphone === "denied" && camera === "denied") {
    return (
      <ProblemHelp
        problem="denied"
        text={t("problem.both_denied")}
        onRetry={() => run(Promise.all([local.setMicrophone(true), local.setCamera(true)]))}
      />
    );
  }
  return (
    <>
      {microphone === null ? null : (
        <ProblemHelp
          problem={microphone}
          text={t(`problem.microphone.${microphone}`)}
          onRetry={() => run(local.setMicrophone(true))}
        />
      )}
      {camera === null ? null : (
        <ProblemHelp
          problem={camera}
          text={t(`problem.camera.${camera}`)}
          onRetry={() => run(local.setCamera(true))}
        />
      )}
    </>
  );
}
