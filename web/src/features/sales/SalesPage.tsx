/** What was sold: the year at a glance, every sale below, and a file for the bookkeeper. */
import { Button, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Sale } from "../../api/billing";
import { saveFile } from "../../shared/download";
import { IconDownload } from "../../shared/icons";
import { LinkButton } from "../../shared/links";
import { problemNotice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import { csvFile } from "./csv";
import { localDay } from "./months";
import { allSales, useSales, useSummary } from "./queries";
import { SalesFilters } from "./SalesFilters";
import { SalesTable } from "./SalesTable";
import type { SalesSearch } from "./search";
import { Summary } from "./Summary";

export function SalesPage() {
  const { t } = useTranslation();
  usePageTitle(t("sales.title"));
  const search = useSearch({ from: "/office/sales" });
  const summary = useSummary(search);
  const sales = useSales(search);
  const items = sales.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Object.keys(search).length > 0;
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={1}>{t("sales.title")}</Title>
          <Text c="dimmed">{t("sales.hint")}</Text>
        </div>
        <ExportButton search={search} disabled={items.length === 0} />
      </Group>
      <SalesFilters search={search} products={summary.data?.products ?? []} />
      {summary.isError && (
        <ProblemNotice error={summary.error} onRetry={() => void summary.refetch()} />
      )}
      {summary.isPending && <Skeleton height={290} radius="lg" aria-hidden />}
      {summary.data !== undefined && <Summary summary={summary.data} search={search} />}
      {sales.isError && <ProblemNotice error={sales.error} onRetry={() => void sales.refetch()} />}
      {sales.isPending && <Skeleton height={240} radius="lg" aria-hidden />}
      {sales.isSuccess && items.length === 0 && <EmptySales filtered={filtered} />}
      {items.length > 0 && <SalesTable sales={items} />}
      {sales.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={sales.isFetchingNextPage}
            onClick={() => void sales.fetchNextPage()}
            data-testid="load-more"
          >
            {t("common.loadMore")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function EmptySales({ filtered }: { filtered: boolean }) {
  const { t } = useTranslation();
  if (filtered) return <Text data-testid="sales-nothing">{t("sales.nothing")}</Text>;
  return (
    <Paper withBorder radius="lg" p="xl" data-testid="sales-empty">
      <Stack align="flex-start">
        <Title order={2} size="h3">
          {t("sales.empty.title")}
        </Title>
        <Text c="dimmed">{t("sales.empty.text")}</Text>
        <LinkButton to="/products" variant="light">
          {t("sales.empty.action")}
        </LinkButton>
      </Stack>
    </Paper>
  );
}

/** The file has the numbers as they are, for programs: no signs, no thousands. */
export function saleRow(sale: Sale): string[] {
  return [
    sale.sold_at,
    sale.invoice.number ?? "",
    sale.customer.name,
    sale.description,
    sale.quantity,
    sale.net,
    sale.tax,
    sale.credited,
    sale.currency,
  ];
}

function ExportButton({ search, disabled }: { search: SalesSearch; disabled: boolean }) {
  const { t } = useTranslation();
  const save = useMutation({
    mutationFn: async () => {
      const columns = ["date", "invoice", "customer", "what", "quantity", "net", "tax"] as const;
      const head = [
        ...columns.map((column) => t(`sales.${column}`)),
        t("sales.credited"),
        t("sales.currency"),
      ];
      const sales = await allSales(search);
      saveFile(csvFile([head, ...sales.map(saleRow)]), `sales-${localDay(new Date())}.csv`);
    },
    onError: problemNotice,
  });
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={18} aria-hidden />}
      disabled={disabled}
      loading={save.isPending}
      onClick={() => save.mutate()}
      data-testid="export-sales"
    >
      {t("sales.export")}
    </Button>
  );
}
