/** What the list shows without invoices: why, and how to get one. */
import { Button, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LinkButton } from "../../shared/links";

interface EmptyInvoicesProps {
  sells: boolean;
  filtered: boolean;
  onClear: () => void;
}

export function EmptyInvoices({ sells, filtered, onClear }: EmptyInvoicesProps) {
  const { t } = useTranslation();
  if (filtered) {
    return (
      <Paper withBorder radius="lg" p="xl" data-testid="invoices-nothing">
        <Stack align="flex-start">
          <Text>{t("invoices.nothing")}</Text>
          <Button variant="default" onClick={onClear} data-testid="clear-filters">
            {t("invoices.clear")}
          </Button>
        </Stack>
      </Paper>
    );
  }
  return (
    <Paper withBorder radius="lg" p="xl" data-testid="invoices-empty">
      <Stack align="flex-start">
        <Title order={2} size="h3">
          {sells ? t("invoices.empty.seller.title") : t("invoices.empty.customer.title")}
        </Title>
        {sells ? (
          <List type="ordered" spacing="xs">
            <List.Item>{t("invoices.empty.seller.step1")}</List.Item>
            <List.Item>{t("invoices.empty.seller.step2")}</List.Item>
            <List.Item>{t("invoices.empty.seller.step3")}</List.Item>
          </List>
        ) : (
          <Text c="dimmed">{t("invoices.empty.customer.text")}</Text>
        )}
        <LinkButton to={sells ? "/invoices/new" : "/shop"} variant="light">
          {sells ? t("invoices.create") : t("invoices.empty.customer.action")}
        </LinkButton>
      </Stack>
    </Paper>
  );
}
