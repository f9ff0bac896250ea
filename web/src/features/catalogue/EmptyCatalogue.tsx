/** An empty catalogue says why it is empty and what to do. */
import { Button, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMe } from "../../api/useSession";
import { LinkButton } from "../../shared/links";

export function EmptyCatalogue({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const maySell = me?.role === "host" || me?.role === "admin";
  return (
    <Paper withBorder radius="lg" p="xl" data-testid="shop-empty">
      <Stack align="flex-start">
        <Title order={2} size="h3">
          {filtered ? t("shop.nothing.title") : t("shop.empty.title")}
        </Title>
        <Text>
          {filtered
            ? t("shop.nothing.text")
            : maySell
              ? t("shop.empty.host")
              : t("shop.empty.guest")}
        </Text>
        {filtered && <Button onClick={onClear}>{t("shop.clear")}</Button>}
        {!filtered && maySell && (
          <LinkButton to="/products/new">{t("shop.empty.action")}</LinkButton>
        )}
      </Stack>
    </Paper>
  );
}
