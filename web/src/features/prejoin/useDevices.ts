/** The devices of one kind, kept current as they are plugged in and out. */
import { useEffect, useState } from "react";
import { capturePossible } from "./failure";

/**
 * @param kind which devices
 * @param granted changes when access is given: names are known only from then on
 */
export function useDevices(kind: MediaDeviceKind, granted: unknown): MediaDeviceInfo[] {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    if (!capturePossible()) return undefined;
    let current = true;
    const read = async () => {
      const all = await navigator.mediaDevices.enumerateDevices();
      // Without access browsers list one nameless device of each kind: nothing to choose from.
      const named = all.filter((device) => device.kind === kind && device.deviceId !== "");
      if (current) setDevices(named);
    };
    const update = () => void read().catch(() => undefined);
    update();
    navigator.mediaDevices.addEventListener("devicechange", update);
    return () => {
      current = false;
      navigator.mediaDevices.removeEventListener("devicechange", update);
    };
  }, [kind, granted]);
  return devices;
}
