/** What is in the way of an order, in plain words, with one button. */
import { Alert, Button, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { IconAlert } from "../../shared/icons";
import { changeCart } from "../cart/useCart";
import { isMissing, whatIsLeft, type CartLine } from "./lines";

export function CartNotices({ lines, mixed }: { lines: CartLine[]; mixed: boolean }) {
  const { t } = useTranslation();
  const missing = lines.some(isMissing);
  return (
    <>
      {missing && (
        <Alert
          color="yellow"
          icon={<IconAlert />}
          title={t("cart.missing.title")}
          role="alert"
          data-testid="cart-missing"
        >
          <Stack align="flex-start" gap="sm">
            <Text size="sm">{t("cart.missing.text")}</Text>
            <Button
              variant="default"
              onClick={() => changeCart((items) => whatIsLeft(items, lines))}
              data-testid="take-what-is-left"
            >
              {t("cart.missing.fix")}
            </Button>
          </Stack>
        </Alert>
      )}
      {!missing && lines.some((line) => line.oldPrice !== null) && (
        <Alert
          color="yellow"
          icon={<IconAlert />}
          title={t("cart.changed.title")}
          role="alert"
          data-testid="price-changed"
        >
          <Text size="sm">{t("cart.changed.text")}</Text>
        </Alert>
      )}
      {mixed && (
        <Alert color="blue" title={t("cart.currencies.title")} data-testid="cart-mixed">
          <Text size="sm">{t("cart.currencies.text")}</Text>
        </Alert>
      )}
    </>
  );
}
