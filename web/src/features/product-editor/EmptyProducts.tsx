/** An empty list of products: how to begin, or why nothing is shown. */
import { List, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LinkButton } from "../../shared/links";
import type { OwnProductsSearch } from "../catalogue/search";

export function EmptyProducts({ search }: { search: OwnProductsSearch }) {
  const { t } = useTranslation();
  const filtered = [search.q, search.kind, search.category].some(Boolean);
  if (filtered || search.status === "archived") {
    return (
      <Text data-testid="products-nothing">
        {filtered ? t("products.nothing") : t("products.nothingArchived")}
      </Text>
    );
  }
  return (
    <Paper withBorder radius="lg" p="xl" data-testid="products-empty">
      <Stack align="flex-start">
        <Title order={2} size="h3">
          {t("products.empty.title")}
        </Title>
        <List type="ordered" spacing="xs">
          <List.Item>{t("products.empty.step1")}</List.Item>
          <List.Item>{t("products.empty.step2")}</List.Item>
          <List.Item>{t("products.empty.step3")}</List.Item>
        </List>
        <LinkButton to="/products/new">{t("products.create")}</LinkButton>
      </Stack>
    </Paper>
  );
}
