/** One room in the list: who is there, its link, and the way in. */
import { Badge, Group, Menu, Paper, Text, Title, ActionIcon } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useTranslation } from "react-i18next";
import type { Room } from "../../api/types";
import { CopyButton } from "../../shared/CopyButton";
import { formatMoment } from "../../shared/dates";
import { IconDots, IconDoor, IconPencil, IconX } from "../../shared/icons";
import { LinkButton, roomLink } from "../../shared/links";
import { notice, problemNotice } from "../../shared/notice";
import { useEndRoom } from "./queries";
import classes from "./RoomCard.module.css";

export function RoomCard({ room, onEdit }: { room: Room; onEdit: () => void }) {
  const { t } = useTranslation();
  const open = room.status === "open";
  return (
    <Paper
      component="li"
      withBorder
      radius="lg"
      p="md"
      className={classes.card}
      data-testid="room"
      data-room={room.id}
    >
      <div className={classes.about}>
        <Title order={2} size="h4">
          {room.name}
        </Title>
        <RoomFacts room={room} />
      </div>
      {open && (
        <Group gap="xs" className={classes.actions}>
          <CopyButton
            value={roomLink(room.id)}
            label={t("rooms.copyLink")}
            done={t("rooms.linkCopied")}
            variant="default"
            testId="copy-link"
          />
          <LinkButton
            to="/rooms/$roomId"
            params={{ roomId: room.id }}
            data-testid="enter-room"
            className={classes.enter}
          >
            {t("rooms.enter")}
          </LinkButton>
          {room.can_manage && <RoomMenu room={room} onEdit={onEdit} />}
        </Group>
      )}
    </Paper>
  );
}

function RoomFacts({ room }: { room: Room }) {
  const { t, i18n } = useTranslation();
  const live = room.participant_count > 0;
  return (
    <Group gap="xs" mt={4} c="dimmed">
      {room.status === "ended" ? (
        <Text size="sm">
          {t("rooms.endedAt", {
            when: room.ended_at === null ? "" : formatMoment(room.ended_at, i18n.language),
          })}
        </Text>
      ) : (
        <Badge
          variant={live ? "light" : "default"}
          color={live ? "green" : "gray"}
          className={classes.live}
          data-testid="participant-count"
          data-count={room.participant_count}
        >
          {live ? t("rooms.live", { count: room.participant_count }) : t("rooms.quiet")}
        </Badge>
      )}
      <Text size="sm">{t(`rooms.policyShort.${room.policy}`)}</Text>
      {room.policy === "invited" && room.can_manage && (
        <Text size="sm">{t("rooms.invitedCount", { count: room.invited.length })}</Text>
      )}
      {!room.can_manage && <Text size="sm">{t("rooms.hostedBy", { name: room.host.name })}</Text>}
    </Group>
  );
}

function RoomMenu({ room, onEdit }: { room: Room; onEdit: () => void }) {
  const { t } = useTranslation();
  const end = useEndRoom();
  const confirmEnd = () => {
    const count = room.participant_count;
    modals.openConfirmModal({
      title: t("rooms.endConfirm.title", { name: room.name }),
      children: (
        <Text size="sm">
          {count > 0 ? t("rooms.endConfirm.live", { count }) : t("rooms.endConfirm.empty")}
        </Text>
      ),
      labels: { confirm: t("rooms.endConfirm.action"), cancel: t("common.cancel") },
      confirmProps: { color: "red", ...{ "data-testid": "confirm-end" } },
      onConfirm: () =>
        end.mutate(room, {
          onSuccess: () => notice({ message: t("rooms.endConfirm.done", { name: room.name }) }),
          onError: problemNotice,
        }),
    });
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("rooms.more", { name: room.name })}
          data-testid="room-menu"
        >
          <IconDots size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={18} />} onClick={onEdit} data-testid="edit-room">
          {t("rooms.edit")}
        </Menu.Item>
        <Menu.Item
          color="red"
          leftSection={room.participant_count > 0 ? <IconDoor size={18} /> : <IconX size={18} />}
          onClick={confirmEnd}
          data-testid="end-room"
        >
          {t("rooms.end")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
