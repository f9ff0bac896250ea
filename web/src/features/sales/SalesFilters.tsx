/** Which days and which product; in the address, to be sent and to survive a reload. */
import { Group, NativeSelect, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SalesSummary } from "../../api/billing";
import { salesSearch, type SalesSearch } from "./search";

interface SalesFiltersProps {
  search: SalesSearch;
  products: SalesSummary["products"];
}

export function SalesFilters({ search, products }: SalesFiltersProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const change = (part: Record<string, string>) =>
    void navigate({
      to: "/sales",
      search: (before) => salesSearch({ ...before, ...part }),
      replace: true,
    });
  return (
    <Group gap="sm" align="flex-end" role="search" aria-label={t("sales.filters")}>
      <TextInput
        type="date"
        label={t("sales.from")}
        value={search.from ?? ""}
        max={search.to}
        onChange={(event) => change({ from: event.currentTarget.value })}
        data-testid="sales-from"
      />
      <TextInput
        type="date"
        label={t("sales.to")}
        value={search.to ?? ""}
        min={search.from}
        onChange={(event) => change({ to: event.currentTarget.value })}
        data-testid="sales-to"
      />
      <NativeSelect
        label={t("sales.product")}
        value={search.product ?? ""}
        onChange={(event) => change({ product: event.currentTarget.value })}
        data={[
          { value: "", label: t("sales.allProducts") },
          ...products.flatMap((product) =>
            product.product_id === null ? [] : [{ value: product.product_id, label: product.name }],
          ),
        ]}
        data-testid="sales-product"
      />
    </Group>
  );
}
