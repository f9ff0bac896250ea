/** The mark of a kind of product, where a picture would be. */
import { ThemeIcon } from "@mantine/core";
import type { ProductKind } from "../../api/shop";
import { IconClock, IconPackage, IconVideo } from "../../shared/icons";

const ICONS = { session: IconVideo, minutes: IconClock, goods: IconPackage } as const;

export function KindIcon({ kind, size = 44 }: { kind: ProductKind; size?: number }) {
  const Icon = ICONS[kind];
  return (
    <ThemeIcon size={size} radius="md" variant="light" aria-hidden>
      <Icon size={size * 0.5} />
    </ThemeIcon>
  );
}
