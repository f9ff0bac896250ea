/** Accounts of this installation: find a person, change the role. For administrators. */
import {
  Button,
  Group,
  Paper,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import type { User } from "../../api/types";
import { formatDay } from "../../shared/dates";
import { IconSearch } from "../../shared/icons";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import { RoleSelect } from "./RoleSelect";
import classes from "./PeoplePage.module.css";

export const usersKey = (search: string) => ["users", search] as const;

function useUsers(search: string) {
  return useInfiniteQuery({
    queryKey: usersKey(search),
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/v1/users", {
          params: {
            query: { limit: 50, cursor: pageParam ?? undefined, search: search || undefined },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
}

export function PeoplePage() {
  const { t } = useTranslation();
  usePageTitle(t("people.title"));
  const { search = "" } = useSearch({ from: "/office/people" });
  const users = useUsers(search);
  const items = users.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{t("people.title")}</Title>
        <Text c="dimmed">{t("people.hint")}</Text>
      </div>
      <SearchField initial={search} />
      {users.isError && <ProblemNotice error={users.error} onRetry={() => void users.refetch()} />}
      {users.isPending && <Skeleton height={240} radius="lg" />}
      {users.isSuccess && items.length === 0 && <Text>{t("people.nobody", { search })}</Text>}
      {items.length > 0 && <PeopleTable users={items} />}
      {users.hasNextPage && (
        <Group justify="center">
          <Button
            variant="default"
            loading={users.isFetchingNextPage}
            onClick={() => void users.fetchNextPage()}
          >
            {t("common.loadMore")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** The search lives in the address, so that it can be sent and survives a reload. */
function SearchField({ initial }: { initial: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [value, setValue] = useState(initial);
  const apply = useDebouncedCallback((text: string) => {
    const search = text.trim() === "" ? {} : { search: text.trim() };
    void navigate({ to: "/people", search, replace: true });
  }, 250);
  return (
    <TextInput
      type="search"
      aria-label={t("people.search")}
      placeholder={t("people.search")}
      leftSection={<IconSearch size={18} />}
      value={value}
      onChange={(event) => {
        setValue(event.currentTarget.value);
        apply(event.currentTarget.value);
      }}
      maw={420}
      data-testid="people-search"
    />
  );
}

function PeopleTable({ users }: { users: User[] }) {
  const { t, i18n } = useTranslation();
  return (
    <Paper withBorder radius="lg" className={classes.frame}>
      <Table verticalSpacing="xs" horizontalSpacing="md" className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("people.name")}</Table.Th>
            <Table.Th>{t("people.email")}</Table.Th>
            <Table.Th>{t("people.since")}</Table.Th>
            <Table.Th>{t("people.role")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {users.map((user) => (
            <Table.Tr key={user.id} data-testid="person" data-user={user.id}>
              <Table.Td className={classes.name}>{user.name}</Table.Td>
              <Table.Td>{user.email}</Table.Td>
              <Table.Td className={classes.since}>
                {formatDay(user.created_at, i18n.language)}
              </Table.Td>
              <Table.Td>
                <RoleSelect user={user} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
