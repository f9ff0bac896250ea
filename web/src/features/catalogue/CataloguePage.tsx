/** What can be bought here: search, filters and order live in the address. */
import { Button, Drawer, Group, Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Product } from "../../api/shop";
import { IconFilter } from "../../shared/icons";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import { EmptyCatalogue } from "./EmptyCatalogue";
import { Filters } from "./Filters";
import { ProductCard } from "./ProductCard";
import { productsQuery } from "./queries";
import { SearchField } from "./SearchField";
import { SORTS, type CatalogueSearch, type ProductSort } from "./search";
import classes from "./Catalogue.module.css";

function useCatalogue(search: CatalogueSearch) {
  const { min, max, ...rest } = search;
  return useInfiniteQuery(productsQuery({ ...rest, min_price: min, max_price: max }));
}

/** The currency of what is shown, or was shown last: an empty result must not change the sign. */
function useShopCurrency(products: readonly Product[]): string {
  const [currency, setCurrency] = useState("USD");
  const seen = products[0]?.currency;
  if (seen !== undefined && seen !== currency) setCurrency(seen);
  return currency;
}

export function CataloguePage() {
  const { t } = useTranslation();
  usePageTitle(t("shop.title"));
  const search = useSearch({ from: "/open/shop" });
  const navigate = useNavigate();
  const [drawer, { open, close }] = useDisclosure(false);
  const products = useCatalogue(search);
  const items = products.data?.pages.flatMap((page) => page.items) ?? [];
  const currency = useShopCurrency(items);
  const change = (patch: Partial<CatalogueSearch>) =>
    void navigate({ to: "/shop", search: { ...search, ...patch }, replace: true });
  const filters = <Filters search={search} currency={currency} onChange={change} />;
  const filtered = Object.keys(search).some((key) => key !== "sort");
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{t("shop.title")}</Title>
        <Text c="dimmed">{t("shop.hint")}</Text>
      </div>
      <div className={classes.toolbar}>
        <SearchField
          value={search.q ?? ""}
          label={t("shop.search")}
          onSearch={(q) => change({ q })}
          className={classes.search}
          testId="shop-search"
        />
        <SortSelect value={search.sort} onChange={(sort) => change({ sort })} />
        <Button
          variant="default"
          leftSection={<IconFilter size={18} />}
          onClick={open}
          className={classes.openFilters}
          data-testid="open-filters"
        >
          {t("shop.filters")}
        </Button>
      </div>
      <div className={classes.layout}>
        <aside className={classes.side} aria-label={t("shop.filters")}>
          {filters}
        </aside>
        <Stack gap="md">
          <Found products={items} more={products.hasNextPage} loading={products.isPending} />
          {products.isError && items.length === 0 && (
            <ProblemNotice error={products.error} onRetry={() => void products.refetch()} />
          )}
          {products.isPending && <CardSkeletons />}
          {products.isSuccess && items.length === 0 && (
            <EmptyCatalogue
              filtered={filtered}
              onClear={() => void navigate({ to: "/shop", search: {} })}
            />
          )}
          <ul className={classes.grid} data-testid="products">
            {items.map((product) => (
              <ProductCard key={product.id} product={product} />
            ))}
          </ul>
          {products.hasNextPage && (
            <Group justify="center">
              <Button
                variant="default"
                loading={products.isFetchingNextPage}
                onClick={() => void products.fetchNextPage()}
                data-testid="load-more"
              >
                {t("common.loadMore")}
              </Button>
            </Group>
          )}
        </Stack>
      </div>
      <Drawer
        opened={drawer}
        onClose={close}
        position="bottom"
        size="auto"
        title={t("shop.filters")}
        closeButtonProps={{ "aria-label": t("common.close"), size: 44, iconSize: 20 }}
      >
        {filters}
      </Drawer>
    </Stack>
  );
}

interface SortSelectProps {
  value: ProductSort | undefined;
  onChange: (sort: ProductSort | undefined) => void;
}

function SortSelect({ value = SORTS[0], onChange }: SortSelectProps) {
  const { t } = useTranslation();
  return (
    <Select
      size="md"
      aria-label={t("shop.sort")}
      data={SORTS.map((sort) => ({ value: sort, label: t(`shop.sorts.${sort}`) }))}
      value={value}
      onChange={(sort) => onChange(sort === SORTS[0] ? undefined : (sort as ProductSort))}
      allowDeselect={false}
      className={classes.sort}
      data-testid="sort"
    />
  );
}

interface FoundProps {
  products: Product[];
  more: boolean;
  loading: boolean;
}

/** Says how many were found, also to whoever only hears the page. */
function Found({ products, more, loading }: FoundProps) {
  const { t } = useTranslation();
  const count = products.length;
  const text = more ? t("shop.foundMore", { count }) : t("shop.found", { count });
  return (
    <Text size="sm" c="dimmed" role="status" mih="1.55em" data-testid="found">
      {loading || count === 0 ? "" : text}
    </Text>
  );
}

function CardSkeletons() {
  return (
    <div className={classes.grid} aria-hidden>
      {[0, 1, 2, 3, 4, 5].map((card) => (
        <Skeleton key={card} height={172} radius="lg" />
      ))}
    </div>
  );
}
