/** Shows that the microphone hears something, instead of saying that it works. */
import { Text } from "@mantine/core";
import { createAudioAnalyser, type LocalAudioTrack } from "livekit-client";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./LevelMeter.module.css";

/** Volume 0 to 1 on a scale where quiet speech already shows. */
export function meterShare(volume: number): number {
  if (!Number.isFinite(volume) || volume <= 0) return 0;
  return Math.min(1, Math.sqrt(volume * 1.6));
}

export function LevelMeter({ track }: { track: LocalAudioTrack | null }) {
  const { t } = useTranslation();
  const meter = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (track === null) return undefined;
    const { calculateVolume, cleanup } = createAudioAnalyser(track, { smoothingTimeConstant: 0.6 });
    // The bar is painted past React: twelve times a second is too often for rendering.
    const timer = setInterval(() => {
      const share = meterShare(calculateVolume());
      meter.current?.style.setProperty("--level", share.toFixed(2));
      meter.current?.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    }, 80);
    return () => {
      clearInterval(timer);
      void cleanup();
    };
  }, [track]);
  return (
    <div>
      <div
        ref={meter}
        role="meter"
        aria-label={t("prejoin.level")}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={0}
        className={classes.meter}
        data-off={track === null || undefined}
        data-testid="level-meter"
      >
        <div className={classes.fill} />
      </div>
      <Text size="sm" c="dimmed" mt={6}>
        {track === null ? t("prejoin.levelOff") : t("prejoin.levelHint")}
      </Text>
    </div>
  );
}
