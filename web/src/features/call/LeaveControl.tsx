/** The way out: one press for a guest; the host also chooses whether the call ends for all. */
import { Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { IconDoor, IconLeave } from "../../shared/icons";
import { BarButton } from "./BarButton";

interface LeaveControlProps {
  onLeave: () => void;
  onEnd: (() => void) | undefined;
  onMenu: (open: boolean) => void;
}

export function LeaveControl({ onLeave, onEnd, onMenu }: LeaveControlProps) {
  const { t } = useTranslation();
  if (onEnd === undefined) {
    return (
      <BarButton
        icon={IconLeave}
        label={t("call.bar.leave")}
        tone="leave"
        onClick={onLeave}
        testId="leave"
      />
    );
  }
  return (
    <Menu position="top-end" onChange={onMenu} width={240}>
      <Menu.Target>
        <BarButton icon={IconLeave} label={t("call.bar.leave")} tone="leave" testId="leave" />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconLeave size={20} />} onClick={onLeave} data-testid="leave-call">
          {t("call.bar.leaveCall")}
        </Menu.Item>
        <Menu.Item
          color="red"
          leftSection={<IconDoor size={20} />}
          onClick={onEnd}
          data-testid="end-for-all"
        >
          {t("call.bar.endForAll")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
