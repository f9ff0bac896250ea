/** The things in the cart: how many of each, what they cost, out again with undo. */
import { ActionIcon, Group, Paper, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { IconTrash } from "../../shared/icons";
import { TextLink } from "../../shared/links";
import { timesAmount } from "../../shared/money";
import { notice } from "../../shared/notice";
import { Quantity } from "../../shared/Quantity";
import { useFormat } from "../../shared/useFormat";
import { MAX_QUANTITY, withQuantity } from "../cart/cart";
import { changeCart } from "../cart/useCart";
import type { CartLine } from "./lines";
import classes from "./Checkout.module.css";

export function CartLines({ lines }: { lines: CartLine[] }) {
  return (
    <Paper withBorder radius="lg" component="ul" className={classes.lines} data-testid="cart">
      {lines.map((line) => (
        <Line key={line.item.productId} line={line} />
      ))}
    </Paper>
  );
}

function Line({ line }: { line: CartLine }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { item, product } = line;
  const name = product?.name ?? item.name;
  const price = product?.price ?? item.price;
  return (
    <li className={classes.line} data-testid="cart-line" data-product={item.productId}>
      <div className={classes.what}>
        <TextLink
          to="/shop/$productId"
          params={{ productId: item.productId }}
          fw={600}
          py={6}
          display="inline-block"
          c="var(--mantine-color-text)"
        >
          {name}
        </TextLink>
        <Text size="sm" c="dimmed">
          {t("cart.each", { price: format.money(price, item.currency) })}
          {line.oldPrice !== null &&
            ` · ${t("cart.changed.line", { price: format.money(line.oldPrice, item.currency) })}`}
        </Text>
        <Missing line={line} />
      </div>
      <Group gap="xs" wrap="nowrap" className={classes.count}>
        <Quantity
          value={item.quantity}
          onChange={(quantity) =>
            changeCart((items) => withQuantity(items, item.productId, quantity))
          }
          max={Math.max(product?.stock.available ?? MAX_QUANTITY, 1)}
          label={t("cart.quantityOf", { name })}
          lessLabel={t("cart.less", { name })}
          moreLabel={t("cart.more", { name })}
        />
        <Remove line={line} name={name} />
      </Group>
      <Text fw={600} className={classes.amount} data-testid="line-total">
        {format.money(timesAmount(price, item.quantity), item.currency)}
      </Text>
    </li>
  );
}

function Missing({ line }: { line: CartLine }) {
  const { t } = useTranslation();
  if (!line.gone && line.short === null) return null;
  const none = line.short === 0;
  return (
    <Text size="sm" fw={600} c="var(--mantine-color-error)" data-testid="line-missing">
      {line.gone
        ? t("cart.missing.gone")
        : none
          ? t("cart.missing.none")
          : t("cart.missing.some", { count: line.short ?? 0 })}
    </Text>
  );
}

function Remove({ line, name }: { line: CartLine; name: string }) {
  const { t } = useTranslation();
  const remove = () => {
    changeCart((items) => withQuantity(items, line.item.productId, 0));
    notice({
      message: t("cart.removed", { name }),
      action: {
        label: t("cart.undo"),
        run: () => changeCart((items) => [...items, line.item]),
      },
    });
  };
  return (
    <ActionIcon
      color="gray"
      aria-label={t("cart.remove", { name })}
      onClick={remove}
      data-testid="remove-line"
    >
      <IconTrash size={20} />
    </ActionIcon>
  );
}
