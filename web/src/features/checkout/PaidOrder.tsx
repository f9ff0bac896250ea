/** The order is paid: the invoice, and what happens next. */
import { Group, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { OrderedInvoice, ProductKind } from "../../api/shop";
import { IconCheck } from "../../shared/icons";
import { LinkButton } from "../../shared/links";
import { productQuery } from "../catalogue/queries";
import { OrderLines } from "./OrderLines";
import classes from "./Checkout.module.css";

/** The kinds of what was bought; products that are gone by now tell nothing. */
function useKinds(invoice: OrderedInvoice): Set<ProductKind> {
  const ids = invoice.lines.flatMap((line) => (line.product_id === null ? [] : [line.product_id]));
  const products = useQueries({ queries: [...new Set(ids)].map((id) => productQuery(id)) });
  return new Set(products.flatMap(({ data }) => (data === undefined ? [] : [data.kind])));
}

export function PaidOrder({ invoice }: { invoice: OrderedInvoice }) {
  const { t } = useTranslation();
  const kinds = useKinds(invoice);
  return (
    <Stack gap="lg" className={classes.result} data-testid="order-paid">
      <Group gap="md" wrap="nowrap">
        <ThemeIcon size={56} radius="xl" variant="light" color="green" aria-hidden>
          <IconCheck size={30} />
        </ThemeIcon>
        <Title order={1}>{t("checkout.paid.title")}</Title>
      </Group>
      <div>
        <Text>{t("checkout.paid.text", { number: invoice.number ?? "" })}</Text>
        {kinds.has("session") && <Text>{t("checkout.paid.session")}</Text>}
        {kinds.has("goods") && <Text>{t("checkout.paid.goods")}</Text>}
        {kinds.has("minutes") && <Text>{t("checkout.paid.minutes")}</Text>}
      </div>
      <OrderLines invoice={invoice} />
      <Group>
        <LinkButton
          to="/invoices/$invoiceId"
          params={{ invoiceId: invoice.id }}
          data-testid="see-invoice"
        >
          {t("checkout.paid.action")}
        </LinkButton>
        {kinds.has("minutes") ? (
          <LinkButton to="/wallet" variant="default" data-testid="see-wallet">
            {t("checkout.paid.toWallet")}
          </LinkButton>
        ) : (
          <LinkButton to="/shop" variant="default">
            {t("checkout.paid.more")}
          </LinkButton>
        )}
      </Group>
    </Stack>
  );
}
