/** What who manages a room may do to somebody in its call; sending out asks once more. */
import { ActionIcon, Button, Group, Menu, Modal, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import { IconDots, IconLeave, IconMicrophoneOff } from "../../shared/icons";
import { problemNotice } from "../../shared/notice";

interface PersonMenuProps {
  roomId: string;
  identity: string;
  name: string;
  muted: boolean;
}

export function PersonMenu({ roomId, identity, name, muted }: PersonMenuProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const params = { params: { path: { room_id: roomId, user_id: identity } } };
  const mute = useMutation({
    mutationFn: () =>
      unwrap(api.POST("/api/v1/calls/rooms/{room_id}/people/{user_id}/mute", params)),
    onError: problemNotice,
  });
  const sendOut = useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/calls/rooms/{room_id}/people/{user_id}", params)),
    onError: problemNotice,
    onSettled: () => setAsking(false),
  });
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={44}
            aria-label={t("call.people.more", { name })}
            data-testid="person-menu"
          >
            <IconDots size={20} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconMicrophoneOff size={20} />}
            disabled={muted || mute.isPending}
            onClick={() => mute.mutate()}
            data-testid="mute-person"
          >
            {t("call.people.mute")}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<IconLeave size={20} />}
            onClick={() => setAsking(true)}
            data-testid="send-out"
          >
            {t("call.people.sendOut")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("call.people.sendOutTitle", { name })}
        centered
      >
        <Text>{t("call.people.sendOutText")}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
            {t("call.people.keep")}
          </Button>
          <Button
            color="red"
            loading={sendOut.isPending}
            onClick={() => sendOut.mutate()}
            data-testid="send-out-confirm"
          >
            {t("call.people.sendOut")}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
