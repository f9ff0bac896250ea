/** What the list shows before there is a room: how to get one. */
import { Button, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { IconPlus } from "../../shared/icons";

interface EmptyRoomsProps {
  ended: boolean;
  mayHost: boolean;
  onCreate: () => void;
}

export function EmptyRooms({ ended, mayHost, onCreate }: EmptyRoomsProps) {
  const { t } = useTranslation();
  if (ended) return <Text c="dimmed">{t("rooms.empty.ended")}</Text>;
  if (!mayHost) {
    return (
      <Paper withBorder radius="lg" p="xl" data-testid="rooms-empty">
        <Title order={2} size="h3">
          {t("rooms.empty.guest.title")}
        </Title>
        <Text mt="xs" c="dimmed">
          {t("rooms.empty.guest.text")}
        </Text>
      </Paper>
    );
  }
  return (
    <Paper withBorder radius="lg" p="xl" data-testid="rooms-empty">
      <Stack align="flex-start">
        <Title order={2} size="h3">
          {t("rooms.empty.host.title")}
        </Title>
        <List type="ordered" spacing="xs">
          <List.Item>{t("rooms.empty.host.step1")}</List.Item>
          <List.Item>{t("rooms.empty.host.step2")}</List.Item>
          <List.Item>{t("rooms.empty.host.step3")}</List.Item>
        </List>
        <Button variant="light" leftSection={<IconPlus size={18} />} onClick={onCreate}>
          {t("rooms.create")}
        </Button>
      </Stack>
    </Paper>
  );
}
