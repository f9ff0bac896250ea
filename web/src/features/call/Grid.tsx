/** Everybody at the same size, in pages when the screen is too small for all. */
import { ActionIcon, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import type { TrackReferenceOrPlaceholder } from "@livekit/components-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconChevronLeft, IconChevronRight } from "../../shared/icons";
import { gridLayout, pageSize } from "./layout";
import { Tile } from "./Tile";
import { refKey } from "./refs";
import { useTileOrder } from "./useTileOrder";
import classes from "./Grid.module.css";

interface GridProps {
  refs: TrackReferenceOrPlaceholder[];
  onPin: (key: string) => void;
}

export function Grid({ refs, onPin }: GridProps) {
  const { ref, width, height } = useElementSize();
  const [wanted, setWanted] = useState(0);
  const size = { width, height };
  const perPage = pageSize(size);
  // Whoever speaks comes to the first page; nobody else moves.
  const ordered = useTileOrder(refs, perPage);
  const pages = Math.max(1, Math.ceil(ordered.length / perPage));
  const page = Math.min(wanted, pages - 1);
  const visible = ordered.slice(page * perPage, (page + 1) * perPage);
  const boxes = gridLayout(size, visible.length);
  return (
    <div className={classes.grid} data-testid="grid">
      <div ref={ref} className={classes.area}>
        {boxes.length === visible.length &&
          visible.map((trackRef, index) => {
            const key = refKey(trackRef);
            return (
              <Tile
                key={key}
                trackRef={trackRef}
                style={{ position: "absolute", ...boxes[index] }}
                onPin={refs.length > 1 ? () => onPin(key) : undefined}
              />
            );
          })}
      </div>
      {pages > 1 && <Pager page={page} pages={pages} onPage={setWanted} />}
    </div>
  );
}

function Pager({
  page,
  pages,
  onPage,
}: {
  page: number;
  pages: number;
  onPage: (page: number) => void;
}) {
  const { t } = useTranslation();
  return (
    <nav className={classes.pager}>
      <ActionIcon
        variant="default"
        disabled={page === 0}
        onClick={() => onPage(page - 1)}
        aria-label={t("call.pages.previous")}
      >
        <IconChevronLeft />
      </ActionIcon>
      <Text size="sm" aria-live="polite">
        {t("call.pages.position", { page: page + 1, pages })}
      </Text>
      <ActionIcon
        variant="default"
        disabled={page === pages - 1}
        onClick={() => onPage(page + 1)}
        aria-label={t("call.pages.next")}
      >
        <IconChevronRight />
      </ActionIcon>
    </nav>
  );
}
