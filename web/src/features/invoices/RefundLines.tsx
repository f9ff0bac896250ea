/** How many of each line are taken back. */
import { Group, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Invoice } from "../../api/billing";
import { useFormat } from "../../shared/useFormat";

interface RefundLinesProps {
  invoice: Invoice;
  quantities: Record<string, string>;
  wrong: Record<string, true>;
  missing: boolean;
  onChange: (quantities: Record<string, string>) => void;
}

export function RefundLines({ invoice, quantities, wrong, missing, onChange }: RefundLinesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Stack gap="xs">
      {invoice.lines.map((line) => {
        const quantity = format.number(Number(line.quantity));
        return (
          <Group key={line.id} gap="sm" wrap="nowrap" justify="space-between">
            <div>
              <Text>{line.description}</Text>
              <Text size="sm" c="dimmed">
                {t("invoices.refund.of", { quantity })}
              </Text>
            </div>
            <TextInput
              w={110}
              inputMode="decimal"
              aria-label={t("invoices.refund.quantityOf", { name: line.description })}
              placeholder="0"
              value={quantities[line.id] ?? ""}
              onChange={(event) =>
                onChange({
                  ...quantities,
                  [line.id]: event.currentTarget.value.replace(",", "."),
                })
              }
              error={
                wrong[line.id] === true ? t("invoices.refund.tooMany", { quantity }) : undefined
              }
              data-testid="refund-quantity"
            />
          </Group>
        );
      })}
      {missing && (
        <Text c="var(--mantine-color-error)" size="sm" role="alert">
          {t("invoices.refund.noLines")}
        </Text>
      )}
    </Stack>
  );
}
