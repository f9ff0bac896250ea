/** The tiles of the call in their order, kept from one change to the next. */
import type { TrackReferenceOrPlaceholder } from "@livekit/components-react";
import { useState } from "react";
import { isScreen, refKey } from "./refs";
import { tileOrder } from "./tileOrder";

export function useTileOrder(
  refs: readonly TrackReferenceOrPlaceholder[],
  perPage: number,
): TrackReferenceOrPlaceholder[] {
  const [previous, setPrevious] = useState<string[]>([]);
  const order = tileOrder(
    previous,
    refs.map((ref) => ({
      key: refKey(ref),
      screen: isScreen(ref),
      local: ref.participant.isLocal,
      speaking: ref.participant.isSpeaking,
      spokeAt: ref.participant.lastSpokeAt?.getTime() ?? 0,
    })),
    perPage,
  );
  if (order.join() !== previous.join()) setPrevious(order);
  const byKey = new Map(refs.map((ref) => [refKey(ref), ref]));
  return order.flatMap((key) => byKey.get(key) ?? []);
}
