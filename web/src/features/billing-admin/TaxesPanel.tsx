/** The taxes of the seller: which there are, and which class of products each is for. */
import { ActionIcon, Button, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Tax } from "../../api/billing";
import { DataTable, type Column } from "../../shared/DataTable";
import { IconPencil, IconPlus, IconTrash } from "../../shared/icons";
import { notice, problemNotice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { formatRate } from "../../shared/rates";
import { taxesQuery, useRemoveTax } from "./queries";
import { TaxDialog } from "./TaxDialog";

export function TaxesPanel() {
  const { t } = useTranslation();
  const taxes = useQuery(taxesQuery);
  const [dialog, setDialog] = useState<{ tax: Tax | null } | null>(null);
  const add = (
    <Button
      leftSection={<IconPlus size={18} aria-hidden />}
      onClick={() => setDialog({ tax: null })}
      data-testid="new-tax"
    >
      {t("billingSettings.taxes.add")}
    </Button>
  );
  return (
    <Stack>
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={2} size="h4">
            {t("billingSettings.taxes.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("billingSettings.taxes.hint")}
          </Text>
        </div>
        {add}
      </Group>
      {taxes.isPending && <Skeleton height={160} radius="lg" aria-hidden />}
      {taxes.isError && <ProblemNotice error={taxes.error} onRetry={() => void taxes.refetch()} />}
      {taxes.data?.length === 0 && (
        <Paper withBorder radius="lg" p="xl" data-testid="taxes-empty">
          <Text fw={600}>{t("billingSettings.taxes.empty.title")}</Text>
          <Text c="dimmed">{t("billingSettings.taxes.empty.text")}</Text>
        </Paper>
      )}
      {taxes.data !== undefined && taxes.data.length > 0 && (
        <TaxTable taxes={taxes.data} onEdit={(tax) => setDialog({ tax })} />
      )}
      <TaxDialog
        key={dialog === null ? "closed" : (dialog.tax?.id ?? "new")}
        opened={dialog !== null}
        tax={dialog?.tax ?? null}
        onClose={() => setDialog(null)}
      />
    </Stack>
  );
}

function TaxTable({ taxes, onEdit }: { taxes: Tax[]; onEdit: (tax: Tax) => void }) {
  const { t, i18n } = useTranslation();
  const columns: Column<Tax>[] = [
    {
      key: "name",
      header: t("billingSettings.taxes.name"),
      phone: "title",
      cell: (tax) => tax.name,
    },
    {
      key: "rate",
      header: t("billingSettings.taxes.rate"),
      numeric: true,
      cell: (tax) => `${formatRate(tax.rate, i18n.language)}%`,
    },
    {
      key: "how",
      header: t("billingSettings.taxes.how"),
      cell: (tax) =>
        tax.inclusive ? t("billingSettings.taxes.inclusive") : t("billingSettings.taxes.exclusive"),
    },
    {
      key: "classes",
      header: t("billingSettings.taxes.classes"),
      cell: (tax) =>
        tax.tax_classes.map((name) => t(`billingSettings.taxClass.${name}`)).join(", "),
    },
    {
      key: "actions",
      header: t("billingSettings.taxes.actions"),
      cell: (tax) => <TaxActions tax={tax} onEdit={() => onEdit(tax)} />,
    },
  ];
  return (
    <DataTable
      label={t("billingSettings.taxes.title")}
      columns={columns}
      rows={taxes}
      rowKey={(tax) => tax.id}
      rowProps={(tax) => ({ "data-testid": "tax", "data-tax": tax.id })}
    />
  );
}

function TaxActions({ tax, onEdit }: { tax: Tax; onEdit: () => void }) {
  const { t } = useTranslation();
  const remove = useRemoveTax();
  const confirm = () =>
    modals.openConfirmModal({
      title: t("billingSettings.taxes.removeTitle", { name: tax.name }),
      children: t("billingSettings.taxes.removeText"),
      labels: { confirm: t("billingSettings.taxes.remove"), cancel: t("common.cancel") },
      confirmProps: { color: "red", ...{ "data-testid": "confirm-remove-tax" } },
      onConfirm: () =>
        remove.mutate(tax.id, {
          onSuccess: () => notice({ message: t("billingSettings.taxes.removed") }),
          onError: problemNotice,
        }),
    });
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      <ActionIcon
        color="gray"
        onClick={onEdit}
        aria-label={t("billingSettings.taxes.editOf", { name: tax.name })}
        data-testid="edit-tax"
      >
        <IconPencil size={20} />
      </ActionIcon>
      <ActionIcon
        color="red"
        onClick={confirm}
        loading={remove.isPending}
        aria-label={t("billingSettings.taxes.removeOf", { name: tax.name })}
        data-testid="remove-tax"
      >
        <IconTrash size={20} />
      </ActionIcon>
    </Group>
  );
}
