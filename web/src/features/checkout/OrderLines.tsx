/** What was ordered, with taxes and total; the same before and after paying. */
import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { OrderedInvoice } from "../../api/shop";
import { useFormat } from "../../shared/useFormat";
import { Totals } from "./Totals";
import classes from "./Checkout.module.css";

export function OrderLines({ invoice }: { invoice: OrderedInvoice }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Paper withBorder radius="lg" p="lg" component="section" aria-labelledby="order">
      <Stack gap="sm">
        <Title order={2} size="h4" id="order">
          {t("checkout.order")}
        </Title>
        <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
          {invoice.lines.map((line) => (
            <Group
              key={line.id}
              component="li"
              justify="space-between"
              align="flex-start"
              wrap="nowrap"
              gap="md"
            >
              <Text>
                {line.description}
                {line.quantity !== "1" && (
                  <Text span c="dimmed">
                    {"\u00a0×\u00a0"}
                    {format.number(Number(line.quantity))}
                  </Text>
                )}
              </Text>
              <Text className={classes.amount}>{format.money(line.net, invoice.currency)}</Text>
            </Group>
          ))}
        </Stack>
        <Totals
          currency={invoice.currency}
          subtotal={invoice.subtotal}
          total={invoice.total}
          taxes={invoice.taxes}
        />
      </Stack>
    </Paper>
  );
}
