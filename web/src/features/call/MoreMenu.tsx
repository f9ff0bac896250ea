/** What is needed less often: hand, view, devices on a phone, full screen, link, shortcuts. */
import { Menu } from "@mantine/core";
import { useFullscreenDocument } from "@mantine/hooks";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import {
  IconDots,
  IconGrid,
  IconHand,
  IconKeyboard,
  IconLink,
  IconMaximize,
  IconMinimize,
  IconScreenShare,
  IconSpeakerView,
} from "../../shared/icons";
import { copyText } from "../../shared/copyText";
import { notice } from "../../shared/notice";
import { canShareScreen } from "./Bar";
import { BarButton } from "./BarButton";
import type { CallView } from "./callView";
import { DeviceItems, OriginalSoundItem } from "./DeviceItems";
import { useHand } from "./useHand";
import classes from "./Bar.module.css";
import type { Switches } from "./useSwitches";

interface MoreMenuProps {
  view: CallView;
  switches: Switches;
  onMenu: (open: boolean) => void;
}

export function MoreMenu({ view, switches, onMenu }: MoreMenuProps) {
  const { t } = useTranslation();
  const { raised, toggle } = useHand();
  const other = view.mode === "grid" ? "speaker" : "grid";
  return (
    <Menu position="top" onChange={onMenu} width={280} keepMounted={false}>
      <Menu.Target>
        <BarButton icon={IconDots} label={t("call.bar.more")} testId="more" />
      </Menu.Target>
      <Menu.Dropdown mah="70dvh" style={{ overflowY: "auto" }}>
        <Menu.Item leftSection={<IconHand size={20} />} onClick={toggle} data-testid="raise-hand">
          {raised ? t("call.bar.lowerHand") : t("call.bar.raiseHand")}
        </Menu.Item>
        <Menu.Item
          leftSection={other === "grid" ? <IconGrid size={20} /> : <IconSpeakerView size={20} />}
          onClick={() => view.setMode(other)}
          data-testid="more-view"
        >
          {t(`call.bar.${other}`)}
        </Menu.Item>
        {canShareScreen() && (
          <Menu.Item
            // The bar has no room for it on the smallest screens.
            className={classes.narrowOnly}
            leftSection={<IconScreenShare size={20} />}
            onClick={() => switches.screen.set(!switches.screen.on)}
          >
            {switches.screen.on ? t("call.bar.stopShare") : t("call.bar.share")}
          </Menu.Item>
        )}
        <FullScreenItem />
        <Menu.Item leftSection={<IconLink size={20} />} onClick={() => void copyCallLink(t)}>
          {t("call.bar.copyLink")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconKeyboard size={20} />}
          onClick={() => view.showShortcutList(true)}
          data-testid="show-shortcuts"
          visibleFrom="sm"
        >
          {t("call.bar.shortcuts")}
        </Menu.Item>
        <div className={classes.phoneOnly}>
          <DeviceItems kind="audioinput" label={t("prejoin.microphone")} />
          <DeviceItems kind="videoinput" label={t("prejoin.camera")} />
          <OriginalSoundItem />
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}

async function copyCallLink(t: TFunction): Promise<void> {
  const link = window.location.origin + window.location.pathname;
  const ok = await copyText(link);
  if (ok) notice({ message: t("rooms.linkCopied") });
  else notice({ message: `${t("common.copyFailed")} ${link}`, tone: "bad" });
}

function FullScreenItem() {
  const { t } = useTranslation();
  const { fullscreen, toggle } = useFullscreenDocument();
  if (!document.fullscreenEnabled) return null;
  return (
    <Menu.Item
      leftSection={fullscreen ? <IconMinimize size={20} /> : <IconMaximize size={20} />}
      onClick={() => void toggle().catch(() => undefined)}
    >
      {fullscreen ? t("call.bar.exitFullScreen") : t("call.bar.fullScreen")}
    </Menu.Item>
  );
}
