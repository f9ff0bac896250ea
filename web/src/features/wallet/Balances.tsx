/** What is in the wallet, and what of it is held. */
import { Paper, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Wallet } from "../../api/shop";
import { TextLink } from "../../shared/links";
import { compareAmounts } from "../../shared/money";
import { useFormat } from "../../shared/useFormat";
import classes from "./Wallet.module.css";

export function Balances({ wallet }: { wallet: Wallet }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { minutes } = wallet;
  return (
    <div className={classes.balances}>
      {wallet.balances.map((balance) => (
        <Card
          key={balance.currency}
          label={t("wallet.balance")}
          figure={format.money(balance.available, balance.currency)}
          testId={`balance-${balance.currency}`}
        >
          {compareAmounts(balance.held, "0") > 0
            ? t("wallet.held", { amount: format.money(balance.held, balance.currency) })
            : t("wallet.available")}
        </Card>
      ))}
      <Card
        label={t("wallet.minutes")}
        figure={format.seconds(minutes.available)}
        testId="balance-minutes"
      >
        {minutes.held > 0 && t("wallet.held", { amount: format.seconds(minutes.held) })}
        {minutes.held === 0 && minutes.balance > 0 && t("wallet.available")}
        {minutes.balance === 0 && (
          <TextLink to="/shop" search={{ kind: "minutes" }} py={6} display="inline-block">
            {t("wallet.noMinutes")}
          </TextLink>
        )}
      </Card>
    </div>
  );
}

interface CardProps {
  label: string;
  figure: string;
  testId: string;
  children: ReactNode;
}

function Card({ label, figure, testId, children }: CardProps) {
  return (
    <Paper withBorder radius="lg" p="lg" data-testid={testId}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <div className={classes.figure} data-testid="figure">
        {figure}
      </div>
      <Text size="sm" c="dimmed" component="div" mih="1.55em">
        {children}
      </Text>
    </Paper>
  );
}
