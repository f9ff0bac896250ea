/** How the person looks at the call: grid or speaker, which panel, which picture is pinned. */
import { useCallback, useMemo, useState } from "react";

export type Mode = "grid" | "speaker";
export type Panel = "chat" | "people";

export interface CallView {
  mode: Mode;
  panel: Panel | null;
  pinned: string | null;
  setMode: (mode: Mode) => void;
  togglePanel: (panel: Panel) => void;
  closePanel: () => void;
  /** Shows one picture large; null lets the speaker have the place again. */
  pin: (key: string | null) => void;
  shortcutList: boolean;
  showShortcutList: (on: boolean) => void;
}

/**
 * @param sharing somebody shares a screen: the view turns to it, and back afterwards, unless the
 *   person chose a view meanwhile
 */
export function useCallView(sharing: boolean): CallView {
  const [chosen, setChosen] = useState<Mode>("grid");
  const [during, setDuring] = useState<{ sharing: boolean; mode: Mode | null }>({
    sharing: false,
    mode: null,
  });
  const [panel, setPanel] = useState<Panel | null>(null);
  const [pinned, setPinned] = useState<string | null>(null);
  const [shortcutList, showShortcutList] = useState(false);
  if (during.sharing !== sharing) setDuring({ sharing, mode: sharing ? "speaker" : null });
  const mode = during.mode ?? chosen;
  const setMode = useCallback(
    (next: Mode) => {
      if (sharing) setDuring({ sharing, mode: next });
      else setChosen(next);
      if (next === "grid") setPinned(null);
    },
    [sharing],
  );
  const togglePanel = useCallback(
    (next: Panel) => setPanel((before) => (before === next ? null : next)),
    [],
  );
  const pin = useCallback(
    (key: string | null) => {
      setPinned(key);
      if (key !== null) setMode("speaker");
    },
    [setMode],
  );
  const closePanel = useCallback(() => setPanel(null), []);
  return useMemo(
    () => ({
      mode,
      panel,
      pinned,
      setMode,
      togglePanel,
      closePanel,
      pin,
      shortcutList,
      showShortcutList,
    }),
    [mode, panel, pinned, setMode, togglePanel, closePanel, pin, shortcutList],
  );
}
