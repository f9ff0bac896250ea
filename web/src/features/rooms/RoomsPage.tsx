/** A host's rooms, or the calls a customer is invited to. */
import { Button, Group, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Room } from "../../api/types";
import { useMe } from "../../api/useSession";
import { IconPlus } from "../../shared/icons";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import { EmptyRooms } from "./EmptyRooms";
import { useRooms } from "./queries";
import { RoomCard } from "./RoomCard";
import { RoomDialog } from "./RoomDialog";

export function RoomsPage() {
  const { t } = useTranslation();
  usePageTitle(t("rooms.title"));
  const me = useMe();
  const search = useSearch({ from: "/office/" });
  const status = search.status ?? "open";
  const rooms = useRooms(status);
  const [dialog, setDialog] = useState<{ room: Room | null } | null>(null);
  const mayHost = me?.role === "host" || me?.role === "admin";
  const items = rooms.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={1}>{t("rooms.title")}</Title>
          <Text c="dimmed">
            {me !== undefined && (mayHost ? t("rooms.hostHint") : t("rooms.guestHint"))}
          </Text>
        </div>
        {mayHost && (
          <Button
            leftSection={<IconPlus size={18} />}
            onClick={() => setDialog({ room: null })}
            data-testid="new-room"
          >
            {t("rooms.create")}
          </Button>
        )}
      </Group>
      <StatusFilter status={status} />
      {rooms.isError && items.length === 0 && (
        <ProblemNotice error={rooms.error} onRetry={() => void rooms.refetch()} />
      )}
      {rooms.isPending && <RoomSkeletons />}
      {rooms.isSuccess && items.length === 0 && (
        <EmptyRooms
          ended={status === "ended"}
          mayHost={mayHost}
          onCreate={() => setDialog({ room: null })}
        />
      )}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: "none" }} data-testid="rooms">
        {items.map((room) => (
          <RoomCard key={room.id} room={room} onEdit={() => setDialog({ room })} />
        ))}
      </Stack>
      {rooms.hasNextPage && (
        <Button
          variant="default"
          loading={rooms.isFetchingNextPage}
          onClick={() => void rooms.fetchNextPage()}
        >
          {t("common.loadMore")}
        </Button>
      )}
      <RoomDialog
        key={dialog === null ? "closed" : (dialog.room?.id ?? "new")}
        opened={dialog !== null}
        room={dialog?.room ?? null}
        onClose={() => setDialog(null)}
      />
    </Stack>
  );
}

function StatusFilter({ status }: { status: "open" | "ended" }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <SegmentedControl
      value={status}
      onChange={(value) =>
        void navigate({ to: "/", search: value === "ended" ? { status: "ended" } : {} })
      }
      data={[
        { value: "open", label: t("rooms.open") },
        { value: "ended", label: t("rooms.ended") },
      ]}
      aria-label={t("rooms.filter")}
      style={{ alignSelf: "flex-start" }}
    />
  );
}

function RoomSkeletons() {
  return (
    <Stack gap="sm" aria-hidden>
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} height={96} radius="lg" />
      ))}
    </Stack>
  );
}
