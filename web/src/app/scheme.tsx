/** Lets a page force the dark scheme while it is shown: the call is dark in every theme. */
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

const ForceDark = createContext<(on: boolean) => void>(() => undefined);

/** Hands the forced scheme to `children`, which render the provider of the theme. */
export function SchemeControl({
  children,
}: {
  children: (forced: "dark" | undefined) => ReactNode;
}) {
  const [dark, setDark] = useState(false);
  const set = useMemo(() => (on: boolean) => setDark(on), []);
  return <ForceDark value={set}>{children(dark ? "dark" : undefined)}</ForceDark>;
}

/** Dark for as long as the calling component is mounted. */
export function useForcedDark(): void {
  const set = useContext(ForceDark);
  useEffect(() => {
    set(true);
    return () => set(false);
  }, [set]);
}
