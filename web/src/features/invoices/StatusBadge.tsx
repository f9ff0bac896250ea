/** The state of an invoice in one word and colour; the word says it all, the colour only helps. */
import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { InvoiceSummary } from "../../api/billing";

const COLOURS = {
  draft: "gray",
  open: "blue",
  overdue: "orange",
  paid: "green",
  void: "gray",
  uncollectible: "red",
} as const;

export function StatusBadge({ invoice }: { invoice: Pick<InvoiceSummary, "status" | "overdue"> }) {
  const { t } = useTranslation();
  const shown = invoice.status === "open" && invoice.overdue ? "overdue" : invoice.status;
  return (
    <Badge
      variant="light"
      color={COLOURS[shown]}
      autoContrast
      tt="none"
      size="lg"
      c="var(--mantine-color-text)"
      data-testid="invoice-status"
      data-status={shown}
    >
      {t(`invoices.status.${shown}`)}
    </Badge>
  );
}
