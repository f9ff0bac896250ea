/** Money into the wallet: how much, how to pay, and that it has come. */
import { Alert, Button, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Payment } from "../../api/billing";
import { IconCheck } from "../../shared/icons";
import { compareAmounts, isAmount } from "../../shared/money";
import { MoneyInput } from "../../shared/MoneyInput";
import { useFormat } from "../../shared/useFormat";
import { PaymentPanel } from "../payment/PaymentPanel";
import { payIn } from "./queries";
import classes from "./Wallet.module.css";

/** Amounts that people take, by the size of the currency's money. */
const PRESETS = ["10", "25", "50", "100"];
const LARGE: Record<string, string[]> = {
  IDR: ["50000", "100000", "250000", "500000"],
  VND: ["100000", "250000", "500000", "1000000"],
  JPY: ["1000", "3000", "5000", "10000"],
};

interface TopUpDialogProps {
  opened: boolean;
  currency: string | undefined;
  paymentId: string | null;
  onPayment: (id: string | null) => void;
  onClose: () => void;
}

export function TopUpDialog({ opened, currency, onClose, ...rest }: TopUpDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("wallet.topUpTitle")}
      closeButtonProps={{ "aria-label": t("common.close"), size: 44, iconSize: 20 }}
    >
      {currency !== undefined && <TopUp currency={currency} onClose={onClose} {...rest} />}
    </Modal>
  );
}

type TopUpProps = Omit<TopUpDialogProps, "opened" | "currency"> & { currency: string };

function TopUp({ currency, paymentId, onPayment, onClose }: TopUpProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [amount, setAmount] = useState("");
  const [paid, setPaid] = useState<Payment | null>(null);
  const good = isAmount(amount, currency) && compareAmounts(amount, "0") > 0;
  if (paid !== null) {
    return (
      <Stack>
        <Alert
          color="green"
          icon={<IconCheck />}
          role="status"
          title={t("wallet.paidIn", { amount: format.money(paid.amount, paid.currency) })}
          data-testid="topped-up"
        />
        <Button onClick={onClose} data-testid="top-up-done">
          {t("wallet.done")}
        </Button>
      </Stack>
    );
  }
  return (
    <Stack>
      {paymentId === null && (
        <>
          <MoneyInput
            size="md"
            label={t("wallet.amount")}
            currency={currency}
            value={amount}
            onChange={setAmount}
            description={amount === "" ? t("wallet.amountMissing") : undefined}
            inputWrapperOrder={["label", "input", "description", "error"]}
            data-autofocus
            data-testid="top-up-amount"
          />
          <div className={classes.presets}>
            {(LARGE[currency] ?? PRESETS).map((preset) => (
              <Button
                key={preset}
                variant={amount === preset ? "light" : "default"}
                aria-pressed={amount === preset}
                onClick={() => setAmount(preset)}
                px={4}
                data-testid={`preset-${preset}`}
              >
                {format.money(preset, currency).replace(/[.,]00$/, "")}
              </Button>
            ))}
          </div>
        </>
      )}
      {(good || paymentId !== null) && (
        <PaymentPanel
          amount={good ? amount : "0"}
          currency={currency}
          without={["wallet"]}
          returnTo="/wallet"
          paymentId={paymentId}
          start={payIn(currency)}
          onPayment={onPayment}
          onPaid={setPaid}
        />
      )}
    </Stack>
  );
}
