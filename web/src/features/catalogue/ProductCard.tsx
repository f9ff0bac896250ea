/** One product in the catalogue: what it is, with whom, what it costs. */
import { Group, Paper, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Product } from "../../api/shop";
import { useFormat } from "../../shared/useFormat";
import { KindIcon } from "./KindIcon";
import { StockNote } from "./StockNote";
import classes from "./Catalogue.module.css";

export function ProductCard({ product }: { product: Product }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Paper
      component="li"
      withBorder
      radius="lg"
      p="md"
      className={classes.card}
      data-testid="product"
      data-product={product.id}
    >
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <KindIcon kind={product.kind} />
        <div className={classes.name}>
          <Title order={2} size="h4">
            <Link
              to="/shop/$productId"
              params={{ productId: product.id }}
              className={classes.cover}
              data-testid="open-product"
            >
              {product.name}
            </Link>
          </Title>
          <Text size="sm" c="dimmed">
            {t(`shop.by.${product.kind}`, { name: product.host.name })}
          </Text>
        </div>
      </Group>
      <Text size="sm" lineClamp={2} className={classes.about}>
        {product.description}
      </Text>
      <Group justify="space-between" align="baseline" gap="xs">
        <Text fw={650} size="lg" data-testid="product-price">
          {format.money(product.price, product.currency)}
        </Text>
        {product.stock.limited ? (
          <StockNote product={product} />
        ) : (
          <Text size="sm" c="dimmed">
            {product.minutes === null
              ? t(`shop.kindOne.${product.kind}`)
              : t("shop.minutes", { count: product.minutes })}
          </Text>
        )}
      </Group>
    </Paper>
  );
}
