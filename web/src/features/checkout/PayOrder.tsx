/** An order that waits for its money: the clock, the ways to pay, and the way out. */
import { Button, Paper, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { OrderedInvoice } from "../../api/shop";
import { problemNotice } from "../../shared/notice";
import { useFormat } from "../../shared/useFormat";
import { payInvoice } from "../payment/pay";
import { PaymentPanel } from "../payment/PaymentPanel";
import { clock, useSecondsLeft } from "./countdown";
import { OrderLines } from "./OrderLines";
import { checkoutKey, useCancelOrder, type SeenCheckout } from "./queries";
import classes from "./Checkout.module.css";

interface PayOrderProps {
  seen: SeenCheckout;
  invoice: OrderedInvoice;
}

export function PayOrder({ seen, invoice }: PayOrderProps) {
  const { t } = useTranslation();
  const { checkout } = seen;
  const { payment = null } = useSearch({ from: "/office/checkout/$checkoutId" });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const look = useCallback(
    () => void queries.invalidateQueries({ queryKey: checkoutKey(checkout.id) }),
    [queries, checkout.id],
  );
  const here = { to: "/checkout/$checkoutId", params: { checkoutId: checkout.id } } as const;
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{t("checkout.title")}</Title>
        <Reservation seen={seen} onOver={look} />
      </div>
      <div className={classes.layout}>
        <Paper withBorder radius="lg" p="lg">
          <PaymentPanel
            amount={invoice.due}
            currency={invoice.currency}
            returnTo={`/checkout/${checkout.id}`}
            paymentId={payment}
            start={payInvoice(invoice.id)}
            onPayment={(id) =>
              void navigate({ ...here, search: id === null ? {} : { payment: id }, replace: true })
            }
            onPaid={look}
          />
        </Paper>
        <Stack>
          <OrderLines invoice={invoice} />
          <CancelOrder id={checkout.id} />
        </Stack>
      </div>
    </Stack>
  );
}

/** Above this a clock that counts seconds only makes nervous: a transfer takes days. */
const CLOCK_SECONDS = 3 * 3600;

function Reservation({ seen, onOver }: { seen: SeenCheckout; onOver: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { expires_at: expiresAt } = seen.checkout;
  const left = useSecondsLeft(expiresAt, seen.aheadMs);
  const over = left === 0;
  useEffect(() => {
    if (over) onOver();
  }, [over, onOver]);
  if (left > CLOCK_SECONDS) {
    return <Text c="dimmed">{t("checkout.transferUntil", { day: format.day(expiresAt) })}</Text>;
  }
  return (
    <>
      <Text c="dimmed" role="timer" className={classes.clock} data-testid="reserved-for">
        {t("checkout.reserved", { time: clock(left) })}
      </Text>
      <VisuallyHidden role="status">
        {left <= 60 ? t("checkout.left.one") : left <= 300 ? t("checkout.left.five") : ""}
      </VisuallyHidden>
    </>
  );
}

function CancelOrder({ id }: { id: string }) {
  const { t } = useTranslation();
  const cancel = useCancelOrder(id);
  const ask = () =>
    modals.openConfirmModal({
      title: t("checkout.cancelConfirm.title"),
      children: <Text size="sm">{t("checkout.cancelConfirm.text")}</Text>,
      labels: {
        confirm: t("checkout.cancelConfirm.action"),
        cancel: t("checkout.cancelConfirm.back"),
      },
      confirmProps: { color: "red", ...{ "data-testid": "confirm-cancel" } },
      closeButtonProps: { "aria-label": t("common.close"), size: 44, iconSize: 20 },
      onConfirm: () => cancel.mutate(undefined, { onError: problemNotice }),
    });
  return (
    <Button
      variant="subtle"
      color="gray"
      onClick={ask}
      loading={cancel.isPending}
      data-testid="cancel-order"
    >
      {t("checkout.cancel")}
    </Button>
  );
}
