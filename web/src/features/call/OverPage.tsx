/** After the call: what happened, and one button on. */
import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { IconDoor, IconLeave, IconWifiOff } from "../../shared/icons";
import { LinkButton } from "../../shared/links";
import { MessagePage } from "../../shared/MessagePage";
import type { Over } from "./over";

/** Whoever was sent out finds no button that would bring them into a closed room. */
const MAY_RETURN: Record<Over, boolean> = {
  left: true,
  ended: false,
  removed: false,
  elsewhere: true,
  lost: true,
  blocked: true,
  shutdown: true,
};

const TROUBLE: ReadonlySet<Over> = new Set(["lost", "blocked", "shutdown"]);

export function OverPage({ over, onRejoin }: { over: Over; onRejoin: () => void }) {
  const { t } = useTranslation();
  const icon = TROUBLE.has(over) ? (
    <IconWifiOff size={32} />
  ) : over === "left" ? (
    <IconLeave size={32} />
  ) : (
    <IconDoor size={32} />
  );
  return (
    <MessagePage
      testId={`over-${over}`}
      title={t(`call.over.${over}.title`)}
      text={t(`call.over.${over}.text`)}
      icon={icon}
    >
      <Group justify="center">
        {MAY_RETURN[over] && (
          <Button size="lg" onClick={onRejoin} data-testid="rejoin">
            {over === "elsewhere" ? t("call.over.bringHere") : t("call.over.rejoin")}
          </Button>
        )}
        <LinkButton
          to="/"
          size="lg"
          variant={MAY_RETURN[over] ? "subtle" : "filled"}
          data-testid="to-rooms"
        >
          {t("call.over.rooms")}
        </LinkButton>
      </Group>
    </MessagePage>
  );
}
