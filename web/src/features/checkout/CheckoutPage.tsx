/** An order: what it is, how long it is kept, paying, and each way it can end. */
import { Skeleton, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { IconPackage } from "../../shared/icons";
import { LinkButton } from "../../shared/links";
import { MessagePage } from "../../shared/MessagePage";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import { PaidOrder } from "./PaidOrder";
import { PayOrder } from "./PayOrder";
import { checkoutQuery } from "./queries";
import { UnpaidOrder } from "./UnpaidOrder";
import classes from "./Checkout.module.css";

export function CheckoutPage() {
  const { checkoutId } = useParams({ from: "/office/checkout/$checkoutId" });
  const { t } = useTranslation();
  const seen = useQuery(checkoutQuery(checkoutId));
  usePageTitle(t("checkout.title"));
  if (seen.data === undefined && seen.isError) {
    if (![404, 422].includes(asProblem(seen.error).status)) {
      return <ProblemNotice error={seen.error} onRetry={() => void seen.refetch()} />;
    }
    return (
      <MessagePage
        title={t("checkout.notFound.title")}
        text={t("checkout.notFound.text")}
        icon={<IconPackage size={32} />}
        testId="checkout-not-found"
        inside
      >
        <LinkButton to="/shop">{t("checkout.notFound.action")}</LinkButton>
      </MessagePage>
    );
  }
  if (seen.data === undefined) return <CheckoutSkeleton />;
  const { checkout } = seen.data;
  const { invoice, state } = checkout;
  return (
    <div data-testid="checkout" data-state={checkout.state}>
      {state === "reserved" && invoice === null && <CheckoutSkeleton />}
      {state === "reserved" && invoice !== null && <PayOrder seen={seen.data} invoice={invoice} />}
      {state === "paid" && invoice !== null && <PaidOrder invoice={invoice} />}
      {state !== "reserved" && state !== "paid" && <UnpaidOrder invoice={invoice} state={state} />}
    </div>
  );
}

function CheckoutSkeleton() {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <Title order={1}>{t("checkout.title")}</Title>
      <div className={classes.layout} aria-hidden>
        <Skeleton height={320} radius="lg" />
        <Skeleton height={220} radius="lg" />
      </div>
    </Stack>
  );
}
