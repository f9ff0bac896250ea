/** One preview for as long as the room page is open. */
import { useEffect, useState, useSyncExternalStore } from "react";
import { Preview, type PreviewState } from "./preview";

export function usePreview(active: boolean): { preview: Preview; state: PreviewState } {
  const [preview] = useState(() => new Preview());
  useEffect(() => {
    if (!active) return undefined;
    void preview.start();
    return () => preview.stop();
  }, [preview, active]);
  return { preview, state: useSyncExternalStore(preview.subscribe, preview.getState) };
}
