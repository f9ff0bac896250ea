/** The total of the cart and the one main action: order, or sign in first. */
import { Button, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { useSessionStatus } from "../../api/useSession";
import type { Locale } from "../../api/types";
import { LinkButton, TextLink } from "../../shared/links";
import { addAmounts, timesAmount } from "../../shared/money";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { useFormat } from "../../shared/useFormat";
import { changeCart } from "../cart/useCart";
import { atNewPrices, isMissing, type CartLine } from "./lines";
import { quoteQuery, usePlaceOrder } from "./queries";
import { Totals } from "./Totals";
import classes from "./Checkout.module.css";

/** Refusals that the lines of the cart show once they are loaded anew. */
const SHOWN_BY_LINES = [
  "products.out_of_stock",
  "products.not_found",
  "products.not_for_sale",
  "billing.price_changed",
];

interface OrderBoxProps {
  lines: CartLine[];
  currency: string;
  /** The shop knows something the cart does not: load the lines anew. */
  onRefused: () => Promise<void>;
  onPlaced: () => void;
}

export function OrderBox({ lines, currency, onRefused, onPlaced }: OrderBoxProps) {
  const { t } = useTranslation();
  const signedIn = useSessionStatus() === "signed-in";
  const estimate = addAmounts(
    "0.00",
    ...lines.map(({ item, product }) => timesAmount(product?.price ?? item.price, item.quantity)),
  );
  return (
    <Paper withBorder radius="lg" p="lg" component="section" aria-labelledby="summary">
      <Stack>
        <Title order={2} size="h4" id="summary">
          {t("cart.summary")}
        </Title>
        {signedIn ? (
          <Order
            lines={lines}
            currency={currency}
            estimate={estimate}
            onRefused={onRefused}
            onPlaced={onPlaced}
          />
        ) : (
          <>
            <Totals currency={currency} subtotal={estimate} total={estimate} taxes={[]} />
            <Text size="sm" c="dimmed">
              {t("cart.taxLater")}
            </Text>
            <LinkButton
              to="/sign-in"
              search={{ next: "/checkout" }}
              fullWidth
              data-testid="sign-in-to-order"
            >
              {t("cart.signIn")}
            </LinkButton>
            <Text size="sm" c="dimmed" ta="center">
              {t("cart.signInHint")}
            </Text>
          </>
        )}
        <TextLink to="/shop" ta="center" className={classes.keep}>
          {t("cart.keep")}
        </TextLink>
      </Stack>
    </Paper>
  );
}

interface OrderProps extends OrderBoxProps {
  estimate: string;
}

function Order({ lines, currency, estimate, onRefused, onPlaced }: OrderProps) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const items = lines.map((line) => line.item);
  const blocked = lines.some(isMissing);
  const quote = useQuery({ ...quoteQuery(items), enabled: !blocked });
  const place = usePlaceOrder();
  const order = (total: string) =>
    place.mutate(
      { items, total, language: i18n.language as Locale },
      {
        onSuccess: (checkout) => {
          onPlaced();
          void navigate({ to: "/checkout/$checkoutId", params: { checkoutId: checkout.id } });
        },
        onError: () => {
          void quote.refetch();
          void onRefused();
        },
      },
    );
  const failure = place.error ?? quote.error;
  const known = failure !== null && SHOWN_BY_LINES.includes(asProblem(failure).code);
  const sure = quote.isSuccess && !quote.isPlaceholderData && !blocked;
  const total = sure ? quote.data.total : undefined;
  return (
    <>
      <Totals
        currency={quote.data?.currency ?? currency}
        subtotal={quote.data?.subtotal ?? estimate}
        total={blocked ? estimate : total}
        taxes={quote.data?.taxes ?? []}
      />
      {failure !== null && !(known && (blocked || changed(lines))) && (
        <ProblemNotice
          error={failure}
          onRetry={quote.isError ? () => void quote.refetch() : undefined}
        />
      )}
      <Button
        fullWidth
        disabled={total === undefined}
        loading={place.isPending}
        onClick={() => {
          changeCart((all) => atNewPrices(all, lines));
          if (total !== undefined) order(total);
        }}
        data-testid="place-order"
      >
        {total === undefined
          ? t("cart.place")
          : t("cart.placeFor", { total: format.money(total, quote.data?.currency ?? currency) })}
      </Button>
      <Text size="sm" c="dimmed" ta="center">
        {t("cart.placeHint")}
      </Text>
    </>
  );
}

const changed = (lines: readonly CartLine[]) => lines.some((line) => line.oldPrice !== null);
