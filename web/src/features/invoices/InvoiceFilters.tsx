/** Narrowing the list of invoices; everything lives in the address, to be sent and to survive a reload. */
import { Group, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconSearch } from "../../shared/icons";
import classes from "./invoices.module.css";
import { invoicesSearch, SORTS, STATUSES, type InvoicesSearch } from "./search";

interface InvoiceFiltersProps {
  search: InvoicesSearch;
  sells: boolean;
}

export function InvoiceFilters({ search, sells }: InvoiceFiltersProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [words, setWords] = useState(search.q ?? "");
  const change = (part: Record<string, unknown>) =>
    void navigate({
      to: "/invoices",
      search: (before) => invoicesSearch({ ...before, ...part }),
      replace: true,
    });
  const find = useDebouncedCallback((q: string) => change({ q }), 250);
  const state = search.overdue === true ? "overdue" : (search.status ?? "");
  return (
    <Group
      gap="sm"
      align="flex-end"
      role="search"
      aria-label={t("invoices.filters")}
      className={classes.filters}
    >
      {sells && (
        <SegmentedControl
          value={search.scope === "own" ? "own" : "sold"}
          onChange={(value) => change({ scope: value === "own" ? "own" : undefined })}
          data={[
            { value: "sold", label: t("invoices.scope.all") },
            { value: "own", label: t("invoices.scope.own") },
          ]}
          aria-label={t("invoices.scope.label")}
          className={classes.wide}
          data-testid="invoice-scope"
        />
      )}
      <TextInput
        type="search"
        label={t("invoices.search")}
        leftSection={<IconSearch size={18} aria-hidden />}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          find(event.currentTarget.value);
        }}
        className={`${classes.search} ${classes.wide}`}
        data-testid="invoice-search"
      />
      <NativeSelect
        label={t("invoices.state")}
        value={state}
        onChange={(event) => {
          const { value } = event.currentTarget;
          if (value === "overdue") change({ status: undefined, overdue: true });
          else change({ status: value, overdue: undefined });
        }}
        data={[
          { value: "", label: t("invoices.anyState") },
          ...(["overdue", ...STATUSES] as const)
            .filter((status) => sells || (status !== "draft" && status !== "uncollectible"))
            .map((status) => ({ value: status, label: t(`invoices.status.${status}`) })),
        ]}
        data-testid="invoice-state"
      />
      <TextInput
        type="date"
        label={t("invoices.from")}
        value={search.from ?? ""}
        max={search.to}
        onChange={(event) => change({ from: event.currentTarget.value })}
        data-testid="invoice-from"
      />
      <TextInput
        type="date"
        label={t("invoices.to")}
        value={search.to ?? ""}
        min={search.from}
        onChange={(event) => change({ to: event.currentTarget.value })}
        data-testid="invoice-to"
      />
      <NativeSelect
        label={t("invoices.sort")}
        value={search.sort ?? SORTS[0]}
        onChange={(event) => change({ sort: event.currentTarget.value })}
        data={SORTS.map((sort) => ({ value: sort, label: t(`invoices.sorts.${sort}`) }))}
        data-testid="invoice-sort"
      />
    </Group>
  );
}
