/** Category, kind and price: beside the catalogue on a desk, in a drawer on a phone. */
import { Button, Input, Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ProductKind } from "../../api/shop";
import { compareAmounts } from "../../shared/money";
import { MoneyInput } from "../../shared/MoneyInput";
import { useDebouncedHere } from "../../shared/useDebouncedHere";
import { CategoryTree } from "./CategoryTree";
import { categoriesQuery } from "./queries";
import { KINDS, type CatalogueSearch } from "./search";
import classes from "./Catalogue.module.css";

interface FiltersProps {
  search: CatalogueSearch;
  /** The currency of prices in the shop. */
  currency: string;
  onChange: (patch: Partial<CatalogueSearch>) => void;
}

export function Filters({ search, currency, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const categories = useQuery(categoriesQuery);
  const filtered = [search.category, search.kind, search.min, search.max].some(Boolean);
  return (
    <Stack gap="lg">
      {(categories.data?.length ?? 0) > 0 && (
        <div>
          <Input.Label size="md" labelElement="div">
            {t("shop.category")}
          </Input.Label>
          <CategoryTree tree={categories.data ?? []} search={search} />
        </div>
      )}
      <Select
        size="md"
        label={t("shop.kind")}
        data={[
          { value: "", label: t("shop.allKinds") },
          ...KINDS.map((kind) => ({ value: kind, label: t(`shop.kinds.${kind}`) })),
        ]}
        value={search.kind ?? ""}
        onChange={(value) => onChange({ kind: (value || undefined) as ProductKind | undefined })}
        allowDeselect={false}
        data-testid="filter-kind"
      />
      <PriceRange
        key={`${search.min ?? ""}-${search.max ?? ""}`}
        search={search}
        currency={currency}
        onChange={onChange}
      />
      {filtered && (
        <Button
          variant="default"
          onClick={() =>
            onChange({ category: undefined, kind: undefined, min: undefined, max: undefined })
          }
          data-testid="clear-filters"
        >
          {t("shop.clear")}
        </Button>
      )}
    </Stack>
  );
}

const PAUSE_MS = 600;

function PriceRange({ search, currency, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const [range, setRange] = useState({ min: search.min ?? "", max: search.max ?? "" });
  const wrong = range.min !== "" && range.max !== "" && compareAmounts(range.min, range.max) > 0;
  const apply = useDebouncedHere((next: typeof range) => {
    if (next.min !== "" && next.max !== "" && compareAmounts(next.min, next.max) > 0) return;
    onChange({ min: next.min || undefined, max: next.max || undefined });
  }, PAUSE_MS);
  const change = (patch: Partial<typeof range>) => {
    const next = { ...range, ...patch };
    setRange(next);
    apply(next);
  };
  return (
    <Input.Wrapper
      size="md"
      label={t("shop.price")}
      error={wrong ? t("shop.priceRange") : undefined}
      labelElement="div"
    >
      <div className={classes.prices} role="group" aria-label={t("shop.price")}>
        <MoneyInput
          size="md"
          currency={currency}
          aria-label={t("shop.priceFrom")}
          placeholder={t("shop.priceFrom")}
          value={range.min}
          onChange={(min) => change({ min })}
          data-testid="filter-min"
        />
        <MoneyInput
          size="md"
          currency={currency}
          aria-label={t("shop.priceTo")}
          placeholder={t("shop.priceTo")}
          value={range.max}
          onChange={(max) => change({ max })}
          data-testid="filter-max"
        />
      </div>
    </Input.Wrapper>
  );
}
