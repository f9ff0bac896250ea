/** Where you are, and how you look at it. */
import { ActionIcon, Text, Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { IconGrid, IconSpeakerView } from "../../shared/icons";
import type { CallView } from "./callView";
import classes from "./TopBar.module.css";

export function TopBar({ name, view }: { name: string; view: CallView }) {
  const { t } = useTranslation();
  const other = view.mode === "grid" ? "speaker" : "grid";
  const label = t(`call.bar.${other}`);
  return (
    <header className={classes.top}>
      <Text component="h1" size="sm" fw={600} truncate>
        {name}
      </Text>
      <Tooltip label={label}>
        <ActionIcon
          color="gray"
          c="white"
          aria-label={label}
          onClick={() => view.setMode(other)}
          data-testid="toggle-view"
          data-mode={view.mode}
        >
          {other === "grid" ? <IconGrid size={22} /> : <IconSpeakerView size={22} />}
        </ActionIcon>
      </Tooltip>
    </header>
  );
}
