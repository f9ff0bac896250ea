/** Price, how many, and the one main action of the product's page. */
import { Button, Group, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Product } from "../../api/shop";
import { IconCart } from "../../shared/icons";
import { LinkButton } from "../../shared/links";
import { Quantity } from "../../shared/Quantity";
import { useFormat } from "../../shared/useFormat";
import { MAX_QUANTITY, withProduct } from "../cart/cart";
import { changeCart, useCart } from "../cart/useCart";
import { isSoldOut, StockNote } from "./StockNote";

export function BuyBox({ product }: { product: Product }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [quantity, setQuantity] = useState(1);
  const inCart = useCart().find((item) => item.productId === product.id)?.quantity ?? 0;
  const room = (product.stock.available ?? MAX_QUANTITY) - inCart;
  const forSale = product.status === "active" && !isSoldOut(product);
  const wanted = Math.min(quantity, Math.max(room, 1));
  const add = () => {
    changeCart((items) => withProduct(items, product, wanted));
    setQuantity(1);
  };
  return (
    <Paper withBorder radius="lg" p="lg" component="section" aria-label={t("shop.buy.add")}>
      <Stack>
        <div>
          <Text fz={28} fw={650} lh={1.2} data-testid="product-price">
            {format.money(product.price, product.currency)}
          </Text>
          <StockNote product={product} />
        </div>
        <Note product={product} />
        {forSale && room > 0 && (
          <Group gap="sm" align="stretch">
            <Quantity
              value={wanted}
              onChange={setQuantity}
              max={room}
              label={t("shop.buy.quantity")}
              lessLabel={t("cart.less", { name: product.name })}
              moreLabel={t("cart.more", { name: product.name })}
            />
            <Button
              leftSection={<IconCart size={18} />}
              variant={inCart > 0 ? "default" : "filled"}
              onClick={add}
              flex="1 1 160px"
              data-testid="add-to-cart"
            >
              {t("shop.buy.add")}
            </Button>
          </Group>
        )}
        <Text size="sm" role="status" data-testid="in-cart" data-count={inCart}>
          {inCart === 0
            ? ""
            : room > 0
              ? t("shop.buy.inCart", { count: inCart })
              : t("shop.buy.all")}
        </Text>
        {inCart > 0 && (
          <LinkButton to="/checkout" fullWidth data-testid="to-cart">
            {t("shop.buy.toCart")}
          </LinkButton>
        )}
        {!forSale && inCart === 0 && (
          <LinkButton to="/shop" variant="default" fullWidth>
            {t("cart.keep")}
          </LinkButton>
        )}
      </Stack>
    </Paper>
  );
}

function Note({ product }: { product: Product }) {
  const { t } = useTranslation();
  if (product.kind === "goods") return null;
  return (
    <Text size="sm" c="dimmed">
      {product.kind === "minutes"
        ? t("shop.buy.minutesNote", {
            minutes: t("shop.minutes", { count: product.minutes ?? 0 }),
          })
        : t("shop.buy.sessionNote", { name: product.host.name })}
    </Text>
  );
}
