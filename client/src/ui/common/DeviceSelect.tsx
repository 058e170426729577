import { useId } from "preact/hooks";
import { lookUp, t } from "../../i18n";
import "./field.css";

interface Props {
  readonly kind: "microphone" | "camera" | "speaker";
  readonly label: string;
  readonly devices: readonly MediaDeviceInfo[];
  readonly chosen: string | null;
  readonly onChoose: (deviceId: string) => void;
}

/** A choice of device; hidden where there is nothing to choose from. */
export function DeviceSelect({ kind, label, devices, chosen, onChoose }: Props) {
  const id = useId();
  const usable = devices.filter((device) => device.deviceId !== "");
  if (usable.length === 0) return null;
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label}
      </label>
      <select
        id={id}
        class="field__control"
        value={chosen ?? ""}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {chosen === null ? <option value="">{t("device.default")}</option> : null}
        {usable.map((device, index) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label || lookUp(`device.${kind}_n`, { n: index + 1 })}
          </option>
        ))}
      </select>
    </div>
  );
}
