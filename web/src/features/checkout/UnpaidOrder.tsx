/** Orders that ended without a sale: what happened, what became of the money, one way on. */
import { Button, Stack, Text, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { OrderedInvoice } from "../../api/shop";
import { LinkButton } from "../../shared/links";
import type { CartItem } from "../cart/cart";
import { changeCart } from "../cart/useCart";
import { OrderLines } from "./OrderLines";
import classes from "./Checkout.module.css";

/** The order's lines as they would stand in the cart; those already there stay as they are. */
export function backInCart(items: CartItem[], invoice: OrderedInvoice): CartItem[] {
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
  /** An order that failed early has none. */
  invoice: OrderedInvoice | null;
  state: "expired" | "cancelled" | "failed" | "refunded";
}

export function UnpaidOrder({ invoice, state }: UnpaidOrderProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const again = () => {
    if (invoice !== null) changeCart((items) => backInCart(items, invoice));
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
      {invoice !== null && <OrderLines invoice={invoice} />}
    </Stack>
  );
}
