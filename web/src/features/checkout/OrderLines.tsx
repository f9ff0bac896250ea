/** What was ordered, with the total; the same before and after paying. */
import { Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Checkout } from "../../api/shop";
import { useFormat } from "../../shared/useFormat";
import classes from "./Checkout.module.css";

export function OrderLines({ checkout }: { checkout: Checkout }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { invoice } = checkout;
  const money = (amount: string) => format.money(amount, invoice.currency);
  const row = (label: string, value: string, strong = false) => (
    <Group justify="space-between" wrap="nowrap" className={strong ? classes.total : undefined}>
      <Text component="dt" c={strong ? undefined : "dimmed"} fw={strong ? 650 : undefined}>
        {label}
      </Text>
      <Text component="dd" m={0} className={classes.amount} fw={strong ? 650 : undefined}>
        {value}
      </Text>
    </Group>
  );
  return (
    <Paper withBorder radius="lg" p="lg" component="section" aria-labelledby="order">
      <Stack gap="sm">
        <Title order={2} size="h4" id="order">
          {t("checkout.order")}
        </Title>
        <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
          {invoice.lines.map((line) => (
            <Group key={line.id} component="li" justify="space-between" wrap="nowrap" gap="md">
              <Text>
                {line.description}
                {line.quantity !== "1" && (
                  <Text span c="dimmed">
                    {" × "}
                    {format.number(Number(line.quantity))}
                  </Text>
                )}
              </Text>
              <Text className={classes.amount}>{money(line.net)}</Text>
            </Group>
          ))}
        </Stack>
        <Stack gap={6} component="dl" m={0}>
          {row(t("cart.subtotal"), money(invoice.subtotal))}
          {invoice.tax_total !== "0.00" && row(t("checkout.taxes"), money(invoice.tax_total))}
          {row(t("cart.total"), money(invoice.total), true)}
        </Stack>
      </Stack>
    </Paper>
  );
}
