/** How many are left, where that matters for buying. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Product } from "../../api/shop";

/** From here on the number itself helps to decide. */
const FEW = 5;

export function isSoldOut(product: Product): boolean {
  return product.stock.limited && (product.stock.available ?? 0) < 1;
}

export function StockNote({ product }: { product: Product }) {
  const { t } = useTranslation();
  if (!product.stock.limited) return null;
  const available = product.stock.available ?? 0;
  if (isSoldOut(product)) {
    return (
      <Text
        size="sm"
        fw={600}
        c="var(--mantine-color-error)"
        data-testid="stock-note"
        data-available={0}
      >
        {t("shop.soldOut")}
      </Text>
    );
  }
  return (
    <Text size="sm" c="dimmed" data-testid="stock-note" data-available={available}>
      {available <= FEW ? t("shop.left", { count: available }) : t("shop.inStock")}
    </Text>
  );
}
