/** Invoices: one's own for customers, those with one's products for hosts, all for administrators. */
import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "../../api/useSession";
import { IconPlus } from "../../shared/icons";
import { LinkButton } from "../../shared/links";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import { EmptyInvoices } from "./EmptyInvoices";
import { InvoiceFilters } from "./InvoiceFilters";
import { InvoiceTable } from "./InvoiceTable";
import { useInvoices } from "./queries";
import { isFiltered } from "./search";

export function InvoicesPage() {
  const { t } = useTranslation();
  usePageTitle(t("invoices.title"));
  const me = useMe();
  const navigate = useNavigate();
  const search = useSearch({ from: "/office/invoices" });
  const sells = me?.role === "host" || me?.role === "admin";
  const invoices = useInvoices(search, me?.id);
  const items = invoices.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={1}>{t("invoices.title")}</Title>
          {me !== undefined && <Text c="dimmed">{t(`invoices.hint.${me.role}`)}</Text>}
        </div>
        {sells && (
          <LinkButton
            to="/invoices/new"
            leftSection={<IconPlus size={18} />}
            data-testid="new-invoice"
          >
            {t("invoices.create")}
          </LinkButton>
        )}
      </Group>
      <InvoiceFilters search={search} sells={sells} />
      {invoices.isError && (
        <ProblemNotice error={invoices.error} onRetry={() => void invoices.refetch()} />
      )}
      {invoices.isPending && <Skeleton height={280} radius="lg" aria-hidden />}
      {invoices.isSuccess && items.length === 0 && (
        <EmptyInvoices
          sells={sells}
          filtered={isFiltered(search)}
          onClear={() => void navigate({ to: "/invoices", search: { scope: search.scope } })}
        />
      )}
      {items.length > 0 && (
        <div style={{ opacity: invoices.isPlaceholderData ? 0.6 : 1 }}>
          <InvoiceTable invoices={items} withCustomer={sells && search.scope !== "own"} />
        </div>
      )}
      {invoices.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={invoices.isFetchingNextPage}
            onClick={() => void invoices.fetchNextPage()}
            data-testid="load-more"
          >
            {t("common.loadMore")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
