/** Credit and minutes: how much, what is held, what happened, and more of it. */
import { Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconPlus } from "../../shared/icons";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import { Balances } from "./Balances";
import { History } from "./History";
import { walletQuery } from "./queries";
import { TopUpDialog } from "./TopUpDialog";

export function WalletPage() {
  const { t } = useTranslation();
  usePageTitle(t("wallet.title"));
  const search = useSearch({ from: "/office/wallet" });
  const navigate = useNavigate();
  const wallet = useQuery(walletQuery);
  const [asked, setAsked] = useState(false);
  const setPayment = (payment: string | null) =>
    void navigate({
      to: "/wallet",
      search: { ...search, payment: payment ?? undefined },
      replace: true,
    });
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={1}>{t("wallet.title")}</Title>
          <Text c="dimmed">{t("wallet.hint")}</Text>
        </div>
        <Button
          leftSection={<IconPlus size={18} />}
          onClick={() => setAsked(true)}
          data-testid="top-up"
        >
          {t("wallet.topUp")}
        </Button>
      </Group>
      {wallet.isError && (
        <ProblemNotice error={wallet.error} onRetry={() => void wallet.refetch()} />
      )}
      {wallet.isPending && <Skeleton height={132} radius="lg" />}
      {wallet.data !== undefined && (
        <>
          <Balances wallet={wallet.data} />
          <History wallet={wallet.data} search={search} />
        </>
      )}
      <TopUpDialog
        opened={asked || search.payment !== undefined}
        currency={wallet.data?.balances[0]?.currency}
        paymentId={search.payment ?? null}
        onPayment={setPayment}
        onClose={() => {
          setAsked(false);
          setPayment(null);
        }}
      />
    </Stack>
  );
}
