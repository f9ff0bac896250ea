/** What one should know of the chosen way before pressing the button. */
import { Alert, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { PaymentMethod } from "../../api/billing";
import { api, unwrap } from "../../api/client";
import { compareAmounts } from "../../shared/money";
import { useFormat } from "../../shared/useFormat";

interface MethodFactsProps {
  method: PaymentMethod;
  amount: string;
  currency: string;
}

export function MethodFacts({ method, amount, currency }: MethodFactsProps) {
  const { t } = useTranslation();
  if (method.kind === "wallet") return <Balance amount={amount} currency={currency} />;
  if (method.id === "test") {
    return (
      <Text size="sm" c="dimmed">
        {t("payment.testCards")}
      </Text>
    );
  }
  return null;
}

function Balance({ amount, currency }: { amount: string; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const wallet = useQuery({
    queryKey: ["wallet"],
    queryFn: () => unwrap(api.GET("/api/v1/billing/wallet")),
  });
  if (wallet.data === undefined) return null;
  const row = wallet.data.balances.find((balance) => balance.currency === currency);
  const available = row?.available ?? "0";
  if (amount !== "" && compareAmounts(available, amount) < 0) {
    return (
      <Alert color="yellow" data-testid="wallet-short">
        {t("payment.walletShort", { available: format.money(available, currency) })}
      </Alert>
    );
  }
  return (
    <Text size="sm" data-testid="wallet-balance">
      {t("payment.walletBalance", { available: format.money(available, currency) })}
    </Text>
  );
}
