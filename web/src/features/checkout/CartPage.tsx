/** The cart: how many of what, the total with taxes, and the order. */
import { Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LinkButton } from "../../shared/links";
import { usePageTitle } from "../../shared/usePageTitle";
import { changeCart, useCart } from "../cart/useCart";
import { CartLines } from "./CartLines";
import { CartNotices } from "./CartNotices";
import { useCartLines } from "./lines";
import { OrderBox } from "./OrderBox";
import classes from "./Checkout.module.css";

export function CartPage() {
  const { t } = useTranslation();
  usePageTitle(t("cart.title"));
  const items = useCart();
  const currency = items[0]?.currency ?? "USD";
  // One order is in one currency: the rest waits in the cart.
  const now = items.filter((item) => item.currency === currency);
  const { lines, refresh } = useCartLines(now);
  return (
    <Stack gap="lg">
      <Title order={1}>{t("cart.title")}</Title>
      {items.length === 0 ? (
        <EmptyCart />
      ) : (
        <div className={classes.layout}>
          <Stack gap="md">
            <CartNotices lines={lines} mixed={now.length < items.length} />
            <CartLines lines={lines} />
            {now.length < items.length && (
              <Later names={items.filter((item) => item.currency !== currency)} />
            )}
          </Stack>
          <OrderBox lines={lines} currency={currency} onRefused={refresh} onPlaced={emptyOf(now)} />
        </div>
      )}
    </Stack>
  );
}

/** Takes ordered lines out; what came into the cart meanwhile stays. */
function emptyOf(ordered: ReadonlyArray<{ productId: string }>) {
  return () =>
    changeCart((items) =>
      items.filter((item) => !ordered.some((line) => line.productId === item.productId)),
    );
}

function Later({ names }: { names: ReadonlyArray<{ productId: string; name: string }> }) {
  const { t } = useTranslation();
  return (
    <Text size="sm" c="dimmed">
      {t("cart.currencies.later")}: {names.map((item) => item.name).join(", ")}
    </Text>
  );
}

function EmptyCart() {
  const { t } = useTranslation();
  return (
    <Paper withBorder radius="lg" p="xl" data-testid="cart-empty">
      <Stack align="flex-start">
        <Title order={2} size="h3">
          {t("cart.empty.title")}
        </Title>
        <Text>{t("cart.empty.text")}</Text>
        <LinkButton to="/shop">{t("cart.empty.action")}</LinkButton>
      </Stack>
    </Paper>
  );
}
