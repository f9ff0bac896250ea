/** Three bars for a person's connection; a tap says what they mean. */
import { Popover, Text, UnstyledButton } from "@mantine/core";
import { useConnectionQualityIndicator } from "@livekit/components-react";
import { ConnectionQuality, type Participant } from "livekit-client";
import { useTranslation } from "react-i18next";
import classes from "./Quality.module.css";

const BARS: Record<ConnectionQuality, number> = {
  [ConnectionQuality.Excellent]: 3,
  [ConnectionQuality.Good]: 2,
  [ConnectionQuality.Poor]: 1,
  [ConnectionQuality.Lost]: 0,
  [ConnectionQuality.Unknown]: 0,
};

export function Quality({ participant, name }: { participant: Participant; name: string }) {
  const { t } = useTranslation();
  const { quality } = useConnectionQualityIndicator({ participant });
  const text = t(`call.quality.${quality}`);
  const bars = BARS[quality];
  return (
    <Popover width={240} position="top-end" withArrow>
      <Popover.Target>
        <UnstyledButton
          className={classes.button}
          aria-label={t("call.quality.of", { name, text })}
          data-testid="quality"
          data-quality={quality}
        >
          <span className={classes.bars} data-bars={bars} aria-hidden>
            {[1, 2, 3].map((bar) => (
              <span key={bar} data-on={bar <= bars || undefined} />
            ))}
          </span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm">{text}</Text>
      </Popover.Dropdown>
    </Popover>
  );
}
