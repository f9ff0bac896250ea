/** A host's own products, in the shop and archived; an administrator sees everybody's. */
import {
  Button,
  Group,
  SegmentedControl,
  Select,
  Skeleton,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ProductKind } from "../../api/shop";
import { useMe } from "../../api/useSession";
import { IconPlus } from "../../shared/icons";
import { LinkButton } from "../../shared/links";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import { flatten } from "../catalogue/categories";
import { categoriesQuery, productsQuery } from "../catalogue/queries";
import { SearchField } from "../catalogue/SearchField";
import { KINDS, type OwnProductsSearch } from "../catalogue/search";
import { EmptyProducts } from "./EmptyProducts";
import { ProductTable } from "./ProductTable";
import classes from "./Editor.module.css";

export function ProductsPage() {
  const { t } = useTranslation();
  const me = useMe();
  const all = me?.role === "admin";
  const title = all ? t("products.allTitle") : t("products.title");
  usePageTitle(title);
  const search = useSearch({ from: "/office/products" });
  const navigate = useNavigate();
  const change = (patch: Partial<OwnProductsSearch>) =>
    void navigate({ to: "/products", search: { ...search, ...patch }, replace: true });
  const products = useInfiniteQuery({
    ...productsQuery({ ...search, ...(all ? {} : { host: "me" }) }),
    enabled: me !== undefined,
  });
  const items = products.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={1}>{title}</Title>
          <Text c="dimmed">{t("products.hint")}</Text>
        </div>
        <LinkButton
          to="/products/new"
          leftSection={<IconPlus size={18} />}
          data-testid="new-product"
        >
          {t("products.create")}
        </LinkButton>
      </Group>
      <Toolbar search={search} onChange={change} />
      {products.isError && items.length === 0 && (
        <ProblemNotice error={products.error} onRetry={() => void products.refetch()} />
      )}
      {products.isPending && <Skeleton height={320} radius="lg" />}
      {products.isSuccess && items.length === 0 && <EmptyProducts search={search} />}
      {items.length > 0 && <ProductTable products={items} withHost={all} />}
      {products.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={products.isFetchingNextPage}
            onClick={() => void products.fetchNextPage()}
          >
            {t("common.loadMore")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

interface ToolbarProps {
  search: OwnProductsSearch;
  onChange: (patch: Partial<OwnProductsSearch>) => void;
}

function Toolbar({ search, onChange }: ToolbarProps) {
  const { t } = useTranslation();
  const categories = flatten(useQuery(categoriesQuery).data ?? []);
  return (
    <div className={classes.toolbar}>
      <SegmentedControl
        aria-label={t("products.which")}
        value={search.status ?? "active"}
        onChange={(value) => onChange({ status: value === "archived" ? "archived" : undefined })}
        data={[
          { value: "active", label: t("products.active") },
          { value: "archived", label: t("products.archived") },
        ]}
        data-testid="products-status"
      />
      <SearchField
        value={search.q ?? ""}
        label={t("products.search")}
        onSearch={(q) => onChange({ q })}
        className={classes.search}
        testId="products-search"
      />
      <Select
        size="md"
        aria-label={t("shop.kind")}
        className={classes.filter}
        data={[
          { value: "", label: t("shop.allKinds") },
          ...KINDS.map((kind) => ({ value: kind, label: t(`shop.kinds.${kind}`) })),
        ]}
        value={search.kind ?? ""}
        onChange={(value) => onChange({ kind: (value || undefined) as ProductKind | undefined })}
        allowDeselect={false}
      />
      {categories.length > 0 && (
        <Select
          size="md"
          aria-label={t("shop.category")}
          className={classes.filter}
          data={[
            { value: "", label: t("shop.allCategories") },
            ...categories.map(({ id, path }) => ({ value: id, label: path })),
          ]}
          value={search.category ?? ""}
          onChange={(value) => onChange({ category: value || undefined })}
          allowDeselect={false}
          searchable
        />
      )}
    </div>
  );
}
