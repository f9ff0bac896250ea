/** The choice of a way to pay, the amount, and the one button. */
import { Button, Radio, Skeleton, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MethodId, Payment, PaymentMethod } from "../../api/billing";
import { useIntent } from "../../api/idempotency";
import { asProblem } from "../../api/problem";
import { MoneyInput } from "../../shared/MoneyInput";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { useFormat } from "../../shared/useFormat";
import { goTo } from "./goTo";
import { MethodFacts } from "./MethodFacts";
import { amountFault, offered, type PaymentOrder } from "./order";
import type { PaymentPanelProps } from "./PaymentPanel";
import { useMethods } from "./queries";
import classes from "./payment.module.css";

/** Where the payment goes on: on another page, or here below its own id. */
function useStart({ returnTo, start, onPayment }: PaymentPanelProps) {
  const intend = useIntent(`pay.${returnTo}`);
  return useMutation({
    mutationFn: (order: Omit<PaymentOrder, "key">) =>
      intend(order, (headers) => start({ ...order, key: headers["Idempotency-Key"] })),
    onSuccess: (payment: Payment) => {
      if (payment.next_action?.type === "redirect") goTo(payment.next_action.url);
      else onPayment(payment.id);
    },
  });
}

export function MethodForm(props: PaymentPanelProps) {
  const { amount: most, currency, partial = false, without = [], returnTo } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const methods = useMethods();
  const begin = useStart(props);
  const [chosen, setChosen] = useState<MethodId | null>(null);
  // null while untouched: what is due may change below, by a payment elsewhere.
  const [typed, setTyped] = useState<string | null>(null);
  if (methods.isPending) return <Skeleton height={180} radius="md" />;
  if (methods.isError) {
    return <ProblemNotice error={methods.error} onRetry={() => void methods.refetch()} />;
  }
  const ways = offered(methods.data, without);
  const way = ways.find((method) => method.id === chosen) ?? ways[0];
  if (way === undefined) return <Text data-testid="payment-none">{t("payment.none")}</Text>;
  const amount = typed ?? most;
  const fault = partial ? amountFault(amount, most, currency) : null;
  const submit = () => {
    if (fault !== null) return;
    const returnUrl = new URL(returnTo, window.location.origin).href;
    begin.mutate({ method: way.id, amount, returnUrl });
  };
  const faultText = (key: NonNullable<typeof fault>) =>
    t(`payment.amountFault.${key}`, { most: format.money(most, currency) });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="md">
        {partial && (
          <MoneyInput
            label={t("payment.amount")}
            description={t("payment.amountHint", { most: format.money(most, currency) })}
            currency={currency}
            value={amount}
            onChange={setTyped}
            error={fault === null ? null : faultText(fault)}
            maw={280}
            data-testid="payment-amount"
          />
        )}
        <Methods ways={ways} value={way.id} onChange={setChosen} />
        <MethodFacts method={way} amount={amount} currency={currency} />
        {begin.isError && <StartFailure error={begin.error} />}
        <Button
          type="submit"
          size="lg"
          loading={begin.isPending || begin.data?.next_action?.type === "redirect"}
          data-testid="pay"
          className={classes.pay}
        >
          {way.kind === "bank_transfer"
            ? t("payment.showInstructions")
            : t("payment.pay", { amount: format.money(fault === null ? amount : most, currency) })}
        </Button>
      </Stack>
    </form>
  );
}

interface MethodsProps {
  ways: PaymentMethod[];
  value: MethodId;
  onChange: (method: MethodId) => void;
}

function Methods({ ways, value, onChange }: MethodsProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      value={value}
      onChange={(id) => onChange(id as MethodId)}
      label={t("payment.method")}
    >
      <Stack gap="xs" mt="xs">
        {ways.map((method) => (
          <Radio.Card
            key={method.id}
            value={method.id}
            className={classes.method}
            radius="md"
            data-testid="payment-method"
            data-method={method.id}
          >
            <Radio.Indicator />
            <span>
              <Text component="span" fw={600} display="block">
                {t(`payment.methodName.${method.id}`)}
              </Text>
              <Text component="span" size="sm" c="dimmed" display="block">
                {t(`payment.methodHint.${method.id}`)}
              </Text>
            </span>
          </Radio.Card>
        ))}
      </Stack>
    </Radio.Group>
  );
}

/** A declined card is no fault of the page: it is said without alarm, and the form is still there. */
function StartFailure({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  const declined = problem.status === 402;
  return (
    <div data-testid={declined ? "payment-declined" : undefined}>
      <ProblemNotice
        error={problem}
        text={declined ? t("payment.declined", { reason: problem.message }) : undefined}
      />
    </div>
  );
}
