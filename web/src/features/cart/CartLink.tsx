/** The way to the cart, with how much is in it; in the head of every office page. */
import { ActionIcon, Indicator } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";
import { useTranslation } from "react-i18next";
import { IconCart } from "../../shared/icons";
import { pieces } from "./cart";
import { useCart } from "./useCart";

type Html = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "color" | "style"> & {
  ref?: Ref<HTMLAnchorElement>;
};

const LinkIcon = createLink((props: Html) => (
  <ActionIcon component="a" color="gray" {...props}>
    <IconCart size={22} />
  </ActionIcon>
));

export function CartLink() {
  const { t } = useTranslation();
  const count = pieces(useCart());
  return (
    <Indicator
      label={count > 99 ? "99+" : count}
      disabled={count === 0}
      size={18}
      offset={6}
      color="teal"
      inline
    >
      <LinkIcon
        to="/checkout"
        aria-label={t("cart.link", { count })}
        data-testid="cart-link"
        data-count={count}
      />
    </Indicator>
  );
}
