/** Products as rows; the name leads to the form. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Product } from "../../api/shop";
import { DataTable, type Column } from "../../shared/DataTable";
import { TextLink } from "../../shared/links";
import { useFormat } from "../../shared/useFormat";

function useColumns(withHost: boolean): Column<Product>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const host: Column<Product> = {
    key: "host",
    header: t("products.columns.host"),
    cell: (product) => product.host.name,
  };
  return [
    {
      key: "name",
      header: t("products.columns.name"),
      phone: "title",
      cell: (product) => <Name product={product} />,
    },
    {
      key: "kind",
      header: t("products.columns.kind"),
      phone: "hide",
      cell: (product) => t(`shop.kindOne.${product.kind}`),
    },
    {
      key: "category",
      header: t("products.columns.category"),
      phone: "hide",
      cell: (product) => product.category?.name,
    },
    ...(withHost ? [host] : []),
    {
      key: "stock",
      header: t("products.columns.stock"),
      numeric: true,
      cell: (product) => <Left product={product} />,
    },
    {
      key: "price",
      header: t("products.columns.price"),
      numeric: true,
      cell: (product) => format.money(product.price, product.currency),
    },
    {
      key: "updated",
      header: t("products.columns.updated"),
      numeric: true,
      phone: "hide",
      cell: (product) => format.day(product.updated_at),
    },
  ];
}

interface ProductTableProps {
  products: Product[];
  /** An administrator sees everybody's products. */
  withHost: boolean;
}

export function ProductTable({ products, withHost }: ProductTableProps) {
  const { t } = useTranslation();
  return (
    <DataTable
      label={withHost ? t("products.allTitle") : t("products.title")}
      columns={useColumns(withHost)}
      rows={products}
      rowKey={(product) => product.id}
      rowProps={(product) => ({ "data-testid": "product-row", "data-product": product.id })}
      linked
    />
  );
}

function Name({ product }: { product: Product }) {
  return (
    <div>
      <TextLink
        to="/products/$productId"
        params={{ productId: product.id }}
        fw={600}
        data-testid="edit-row"
      >
        {product.name}
      </TextLink>
      <Text size="sm" c="dimmed" fw={400}>
        {product.sku}
      </Text>
    </div>
  );
}

function Left({ product }: { product: Product }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { limited, available } = product.stock;
  if (!limited) {
    return (
      <Text span inherit c="dimmed">
        {t("products.unlimited")}
      </Text>
    );
  }
  if (available !== 0) return format.number(available ?? 0);
  return (
    <Text span inherit fw={600} c="var(--mantine-color-error)">
      {t("shop.soldOut")}
    </Text>
  );
}
