/** Where one can go, by role: links in the header of a desk, a bar under the thumb on a phone. */
import { Menu, UnstyledButton } from "@mantine/core";
import { Link, linkOptions, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Role } from "../api/types";
import {
  IconChart,
  IconDots,
  IconInvoice,
  IconPackage,
  IconSettings,
  IconShop,
  IconUsers,
  IconVideo,
  IconWallet,
} from "../shared/icons";
import { MenuLink } from "../shared/links";
import classes from "./Navigation.module.css";

const EVERYBODY: readonly Role[] = ["customer", "host", "admin"];
const SELLERS: readonly Role[] = ["host", "admin"];
const ADMINS: readonly Role[] = ["admin"];

/** In the order of use; the first four of a role stand in the bar of a phone. */
const PLACES = [
  { key: "rooms", link: linkOptions({ to: "/" }), icon: IconVideo, roles: EVERYBODY },
  { key: "shop", link: linkOptions({ to: "/shop" }), icon: IconShop, roles: EVERYBODY },
  { key: "products", link: linkOptions({ to: "/products" }), icon: IconPackage, roles: SELLERS },
  { key: "sales", link: linkOptions({ to: "/sales" }), icon: IconChart, roles: SELLERS },
  { key: "invoices", link: linkOptions({ to: "/invoices" }), icon: IconInvoice, roles: EVERYBODY },
  { key: "wallet", link: linkOptions({ to: "/wallet" }), icon: IconWallet, roles: EVERYBODY },
  { key: "people", link: linkOptions({ to: "/people" }), icon: IconUsers, roles: ADMINS },
  {
    key: "billing",
    link: linkOptions({ to: "/billing/settings" }),
    icon: IconSettings,
    roles: ADMINS,
  },
] as const;

type Place = (typeof PLACES)[number];

const BAR = 4;

/** What a role may open; somebody who is not signed in may look into the shop. */
export function placesFor(role: Role | undefined): Place[] {
  if (role === undefined) return PLACES.filter((place) => place.key === "shop");
  return PLACES.filter((place) => place.roles.includes(role));
}

/** Rooms are the start page: everything would lie below its address. */
const exactly = (place: Place) => ({ exact: place.key === "rooms", includeSearch: false });

export function HeaderNavigation({ role }: { role: Role | undefined }) {
  const { t } = useTranslation();
  return (
    <nav className={classes.header} aria-label={t("common.nav.label")}>
      {placesFor(role).map((place) => (
        <Link
          key={place.key}
          {...place.link}
          className={classes.link}
          activeOptions={exactly(place)}
          data-testid={`nav-${place.key}`}
        >
          {t(`common.nav.${place.key}`)}
        </Link>
      ))}
    </nav>
  );
}

export function BarNavigation({ role }: { role: Role | undefined }) {
  const { t } = useTranslation();
  const places = placesFor(role);
  // A menu with a single entry would only hide it.
  const shown = places.length > BAR + 1 ? places.slice(0, BAR) : places;
  const more = places.slice(shown.length);
  return (
    <nav className={classes.bar} aria-label={t("common.nav.label")}>
      {shown.map((place) => (
        <Link
          key={place.key}
          {...place.link}
          className={classes.tab}
          activeOptions={exactly(place)}
          data-testid={`nav-${place.key}`}
        >
          <place.icon size={22} aria-hidden />
          <span className={classes.word}>{t(`common.nav.${place.key}`)}</span>
        </Link>
      ))}
      {more.length > 0 && <More places={more} />}
    </nav>
  );
}

function More({ places }: { places: Place[] }) {
  const { t } = useTranslation();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const here = places.some((place) => path.startsWith(place.link.to));
  return (
    <Menu position="top-end" width={220} offset={10}>
      <Menu.Target>
        <UnstyledButton
          className={classes.tab}
          data-status={here ? "active" : undefined}
          data-testid="nav-more"
        >
          <IconDots size={22} aria-hidden />
          <span className={classes.word}>{t("common.nav.more")}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {places.map((place) => (
          <MenuLink
            key={place.key}
            {...place.link}
            leftSection={<place.icon size={20} aria-hidden />}
            data-testid={`nav-${place.key}`}
          >
            {t(`common.nav.${place.key}`)}
          </MenuLink>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
