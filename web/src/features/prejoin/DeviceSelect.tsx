/** Chooses one device of a kind; shows nothing to choose from until access is given. */
import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface DeviceSelectProps {
  label: string;
  devices: MediaDeviceInfo[];
  value: string | undefined;
  onChange: (deviceId: string) => void;
  testId: string;
}

export function DeviceSelect({ label, devices, value, onChange, testId }: DeviceSelectProps) {
  const { t } = useTranslation();
  const chosen = devices.some((device) => device.deviceId === value) ? value : devices[0]?.deviceId;
  return (
    <NativeSelect
      label={label}
      value={chosen ?? ""}
      disabled={devices.length === 0}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={
        devices.length === 0
          ? [{ value: "", label: t("prejoin.defaultDevice") }]
          : devices.map((device, index) => ({
              value: device.deviceId,
              label: device.label || t("prejoin.unnamedDevice", { number: index + 1 }),
            }))
      }
      data-testid={testId}
    />
  );
}
