/** What came into and left the wallet, by unit and time, as a table and as a file. */
import {
  Button,
  Group,
  Paper,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Wallet } from "../../api/shop";
import { IconDownload } from "../../shared/icons";
import { problemNotice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { saveFile } from "../../shared/download";
import { EntryTable } from "./EntryTable";
import { entriesQuery, statement, type HistoryFilter } from "./queries";
import type { WalletSearch } from "./search";
import classes from "./Wallet.module.css";

interface HistoryProps {
  wallet: Wallet;
  search: WalletSearch;
}

export function History({ wallet, search }: HistoryProps) {
  const { t } = useTranslation();
  const units = [...wallet.balances.map((balance) => balance.currency), "minutes"];
  const unit = search.unit ?? units[0] ?? "minutes";
  const filter = { unit, from: search.from, to: search.to };
  const entries = useInfiniteQuery(entriesQuery(filter));
  const items = entries.data?.pages.flatMap((page) => page.items) ?? [];
  const limited = search.from !== undefined || search.to !== undefined;
  return (
    <Stack gap="md" component="section" aria-labelledby="history">
      <Title order={2} size="h3" id="history">
        {t("wallet.history")}
      </Title>
      <Toolbar units={units} filter={filter} search={search} />
      {entries.isError && items.length === 0 && (
        <ProblemNotice error={entries.error} onRetry={() => void entries.refetch()} />
      )}
      {entries.isPending && <Skeleton height={240} radius="lg" />}
      {entries.isSuccess && items.length === 0 && (
        <Paper withBorder radius="lg" p="lg" data-testid="wallet-empty">
          {limited ? (
            <Text>{t("wallet.nothing")}</Text>
          ) : (
            <>
              <Text fw={600}>{t("wallet.empty.title")}</Text>
              <Text c="dimmed">{t("wallet.empty.text")}</Text>
            </>
          )}
        </Paper>
      )}
      {items.length > 0 && <EntryTable entries={items} />}
      {entries.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={entries.isFetchingNextPage}
            onClick={() => void entries.fetchNextPage()}
          >
            {t("common.loadMore")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

interface ToolbarProps {
  units: string[];
  filter: HistoryFilter;
  search: WalletSearch;
}

function Toolbar({ units, filter, search }: ToolbarProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const change = (patch: Partial<WalletSearch>) =>
    void navigate({ to: "/wallet", search: { ...search, ...patch }, replace: true });
  const download = useMutation({
    mutationFn: () => statement(filter),
    onSuccess: (file) => saveFile(file, `wallet-${filter.unit}.csv`),
    onError: problemNotice,
  });
  const dateField = (key: "from" | "to") => (
    <TextInput
      size="md"
      type="date"
      label={t(`wallet.${key}`)}
      value={search[key] ?? ""}
      onChange={(event) => change({ [key]: event.currentTarget.value || undefined })}
      data-testid={`wallet-${key}`}
    />
  );
  return (
    <div className={classes.toolbar}>
      <Select
        size="md"
        label={t("wallet.unit")}
        data={units.map((unit) => ({
          value: unit,
          label:
            unit === "minutes"
              ? t("wallet.units.minutes")
              : t("wallet.units.money", { currency: unit }),
        }))}
        value={filter.unit}
        onChange={(unit) => change({ unit: unit === units[0] ? undefined : (unit ?? undefined) })}
        allowDeselect={false}
        data-testid="wallet-unit"
      />
      {dateField("from")}
      {dateField("to")}
      <Button
        variant="default"
        leftSection={<IconDownload size={18} />}
        loading={download.isPending}
        onClick={() => download.mutate()}
        data-testid="download-statement"
      >
        {t("wallet.download")}
      </Button>
    </div>
  );
}
