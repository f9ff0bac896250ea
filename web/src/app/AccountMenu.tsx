/** The person at the upper right: profile, language, look, sign out. */
import { Avatar, Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "../api/useSession";
import { signOut } from "../features/account/signOut";
import { initials } from "../shared/initials";
import { IconCheck, IconLogout, IconUser } from "../shared/icons";
import classes from "./AccountMenu.module.css";

const SCHEMES = ["light", "dark", "auto"] as const;

export function AccountMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton
          className={classes.target}
          aria-label={t("common.nav.account")}
          data-testid="account-menu"
        >
          <Avatar radius="xl" color="teal" name={me?.name} alt="">
            {me === undefined ? null : initials(me.name)}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {me !== undefined && <Menu.Label>{me.email}</Menu.Label>}
        <Menu.Item
          leftSection={<IconUser size={18} />}
          onClick={() => void navigate({ to: "/profile" })}
          data-testid="nav-profile"
        >
          {t("common.nav.profile")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t("common.theme.label")}</Menu.Label>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={scheme === colorScheme}
            onClick={() => setColorScheme(scheme)}
            rightSection={scheme === colorScheme ? <IconCheck size={18} /> : null}
            closeMenuOnClick={false}
          >
            {t(`common.theme.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={18} />}
          onClick={() => void signOut()}
          data-testid="sign-out"
        >
          {t("common.nav.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
