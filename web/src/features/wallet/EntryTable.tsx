/** The wallet's ledger as rows. */
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { WalletEntry } from "../../api/shop";
import { DataTable, type Column } from "../../shared/DataTable";
import { TextLink } from "../../shared/links";
import { useFormat, type Format } from "../../shared/useFormat";

/** An amount of an entry, money or time; `signed` shows what came in with a plus. */
export function entryAmount(format: Format, unit: string, amount: string, signed = false): string {
  const text = unit === "minutes" ? format.seconds(Number(amount)) : format.money(amount, unit);
  return signed && Number(amount) > 0 ? `+${text}` : text;
}

function useColumns(): Column<WalletEntry>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      key: "kind",
      header: t("wallet.kindColumn"),
      phone: "title",
      cell: (entry) => <What entry={entry} />,
    },
    {
      key: "when",
      header: t("wallet.when"),
      cell: (entry) => format.moment(entry.created_at),
    },
    {
      key: "change",
      header: t("wallet.change"),
      numeric: true,
      cell: (entry) => (
        <Text span fw={600}>
          {entryAmount(format, entry.unit, entry.amount, true)}
        </Text>
      ),
    },
    {
      key: "after",
      header: t("wallet.after"),
      numeric: true,
      cell: (entry) => entryAmount(format, entry.unit, entry.balance),
    },
  ];
}

export function EntryTable({ entries }: { entries: WalletEntry[] }) {
  const { t } = useTranslation();
  return (
    <DataTable
      label={t("wallet.history")}
      columns={useColumns()}
      rows={entries}
      rowKey={(entry) => entry.id}
      rowProps={(entry) => ({ "data-testid": "wallet-entry", "data-kind": entry.kind })}
    />
  );
}

function What({ entry }: { entry: WalletEntry }) {
  const { t } = useTranslation();
  const { reference } = entry;
  return (
    <span>
      <Text span fw={600}>
        {t(`wallet.kinds.${entry.kind}`)}
      </Text>
      {reference.type === "invoice" && reference.number !== null && (
        <>
          {" · "}
          <TextLink to="/invoices/$invoiceId" params={{ invoiceId: reference.id }}>
            {t("wallet.invoice", { number: reference.number })}
          </TextLink>
        </>
      )}
    </span>
  );
}
