/** One's own raised hand: an attribute of the participant, the moment it was raised. */
import { useLocalParticipant, useParticipantAttribute } from "@livekit/components-react";
import { useCallback } from "react";

export function useHand(): { raised: boolean; toggle: () => void } {
  const { localParticipant } = useLocalParticipant();
  const raised = Boolean(useParticipantAttribute("hand", { participant: localParticipant }));
  const toggle = useCallback(() => {
    const hand = raised ? "" : new Date().toISOString();
    // A refused change shows by the hand staying as it was.
    localParticipant.setAttributes({ hand }).catch(() => undefined);
  }, [localParticipant, raised]);
  return { raised, toggle };
}
