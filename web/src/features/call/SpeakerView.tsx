/** One picture large, everybody else in a strip beside or below it. */
import type { TrackReferenceOrPlaceholder } from "@livekit/components-react";
import { mainRef, refKey } from "./refs";
import { Tile } from "./Tile";
import { useLastSpeaker } from "./useLastSpeaker";
import classes from "./SpeakerView.module.css";

interface SpeakerViewProps {
  refs: TrackReferenceOrPlaceholder[];
  pinned: string | null;
  onPin: (key: string | null) => void;
}

export function SpeakerView({ refs, pinned, onPin }: SpeakerViewProps) {
  const speaker = useLastSpeaker();
  const main = mainRef(refs, pinned, speaker);
  if (main === undefined) return null;
  const mainKey = refKey(main);
  const others = refs.filter((ref) => refKey(ref) !== mainKey);
  return (
    <div className={classes.frame}>
      <div className={classes.view} data-testid="speaker-view">
        <div className={classes.main}>
          <Tile
            key={mainKey}
            trackRef={main}
            whole
            style={{ position: "absolute", inset: 0 }}
            pinned={mainKey === pinned}
            onPin={others.length > 0 ? () => onPin(mainKey === pinned ? null : mainKey) : undefined}
          />
        </div>
        {others.length > 0 && (
          <div className={classes.strip}>
            {others.map((ref) => {
              const key = refKey(ref);
              return (
                <div key={key} className={classes.small}>
                  <Tile
                    trackRef={ref}
                    style={{ position: "absolute", inset: 0 }}
                    onPin={() => onPin(key)}
                  />
                </div>
              );
            })}
          </div>
        )}
      </div>
    </div>
  );
}
