/** Orders that ended without a sale: what happened, what became of the money, one way on. */
import { Button, Stack, Text, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Checkout } from "../../api/shop";
import { LinkButton } from "../../shared/links";
import type { CartItem } from "../cart/cart";
import { changeCart } from "../cart/useCart";
import { OrderLines } from "./OrderLines";
import classes from "./Checkout.module.css";

/** The order's lines as they would stand in the cart; those already there stay as they are. */
export function backInCart(items: CartItem[], { invoice }: Checkout): CartItem[] {
  const again = invoice.lines.flatMap((line): CartItem[] => {
    const there = items.some((item) => item.productId === line.product_id);
    if (line.product_id === null || there) return [];
    return [
      {
        productId: line.product_id,
        quantity: Math.max(1, Math.trunc(Number(line.quantity))),
        name: line.description,
        price: line.unit_price,
        currency: invoice.currency,
      },
    ];
  });
  return [...items, ...again];
}

interface UnpaidOrderProps {
  checkout: Checkout;
  state: "expired" | "cancelled" | "failed" | "refunded";
}

export function UnpaidOrder({ checkout, state }: UnpaidOrderProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const again = () => {
    changeCart((items) => backInCart(items, checkout));
    void navigate({ to: "/checkout" });
  };
  return (
    <Stack gap="lg" className={classes.result} data-testid={`order-${state}`}>
      <Title order={1}>{t(`checkout.${state}.title`)}</Title>
      <Text>{t(`checkout.${state}.text`)}</Text>
      {state === "refunded" ? (
        <LinkButton to="/shop" style={{ alignSelf: "flex-start" }}>
          {t("checkout.refunded.action")}
        </LinkButton>
      ) : (
        <Button onClick={again} style={{ alignSelf: "flex-start" }} data-testid="order-again">
          {t(`checkout.${state}.action`)}
        </Button>
      )}
      <OrderLines checkout={checkout} />
    </Stack>
  );
}
