/** The light office around rooms, people and profile: where you are and where you can go. */
import { Anchor, Group, Text } from "@mantine/core";
import { Link, Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "../api/useSession";
import { AccountMenu } from "./AccountMenu";
import { Logo } from "./Logo";
import classes from "./Office.module.css";

export function Office() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <>
      <Anchor className={classes.skip} href="#content">
        {t("common.skipToContent")}
      </Anchor>
      <header className={classes.header}>
        <div className={classes.inner}>
          <Link to="/" className={classes.brand}>
            <Logo />
            <Text fw={650} className={classes.word}>
              {t("common.appName")}
            </Text>
          </Link>
          <Group component="nav" gap={4} aria-label={t("common.nav.label")} wrap="nowrap">
            <Link
              to="/"
              className={classes.link}
              activeOptions={{ exact: true, includeSearch: false }}
            >
              {t("common.nav.rooms")}
            </Link>
            {me?.role === "admin" && (
              <Link to="/people" className={classes.link} data-testid="nav-people">
                {t("common.nav.people")}
              </Link>
            )}
          </Group>
          <AccountMenu />
        </div>
      </header>
      <main id="content" className={classes.content}>
        <Outlet />
      </main>
    </>
  );
}
