/** The light office around rooms, shop, books and people: where you are and where you can go. */
import { Anchor, Group, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe, useSessionStatus } from "../api/useSession";
import { CartLink } from "../features/cart/CartLink";
import { LinkButton } from "../shared/links";
import { AccountMenu } from "./AccountMenu";
import { Logo } from "./Logo";
import { BarNavigation, HeaderNavigation } from "./Navigation";
import classes from "./Office.module.css";

/** Below this the header has no room for the links; same as in Office.module.css. */
const NARROW = "(max-width: 62em)";

export function Office() {
  const { t } = useTranslation();
  const me = useMe();
  const signedOut = useSessionStatus() !== "signed-in";
  const narrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  // Nothing is shown until the role is known: links that jump aside are worse than none.
  const ready = signedOut || me !== undefined;
  return (
    <>
      <Anchor className={classes.skip} href="#content">
        {t("common.skipToContent")}
      </Anchor>
      <header className={classes.header}>
        <div className={classes.inner}>
          <Link to={signedOut ? "/shop" : "/"} className={classes.brand}>
            <Logo />
            <Text fw={650} className={classes.word}>
              {t("common.appName")}
            </Text>
          </Link>
          {ready && !narrow && <HeaderNavigation role={me?.role} />}
          <Group gap={4} wrap="nowrap">
            <CartLink />
            {signedOut ? <SignInLink /> : <AccountMenu />}
          </Group>
        </div>
      </header>
      <main id="content" className={classes.content}>
        <Outlet />
      </main>
      {ready && narrow && !signedOut && <BarNavigation role={me?.role} />}
    </>
  );
}

/** Leads back to where the visitor is. */
function SignInLink() {
  const { t } = useTranslation();
  const next = useRouterState({ select: (state) => state.location.href });
  return (
    <LinkButton to="/sign-in" search={{ next }} variant="default" data-testid="sign-in">
      {t("common.nav.signIn")}
    </LinkButton>
  );
}
