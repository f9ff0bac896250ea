/** Makes a room, or changes its name and who may join. */
import { Button, Group, Modal, Radio, Stack, TagsInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Room, RoomPolicy } from "../../api/types";
import { notice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { looksLikeEmail } from "../account/forms";
import { useSaveRoom, type RoomDraft } from "./queries";

const FIELDS = ["name", "policy", "invited"] as const;

interface RoomDialogProps {
  opened: boolean;
  /** The room to change; null makes a new one. */
  room: Room | null;
  onClose: () => void;
}

export function RoomDialog({ opened, room, onClose }: RoomDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={room === null ? t("rooms.createTitle") : t("rooms.editTitle")}
      closeButtonProps={{ "aria-label": t("common.close"), size: 44, iconSize: 20 }}
    >
      <RoomForm room={room} onDone={onClose} />
    </Modal>
  );
}

function useRoomForm(room: Room | null) {
  const { t } = useTranslation();
  return useForm<RoomDraft>({
    initialValues: {
      name: room?.name ?? "",
      policy: room?.policy ?? "signed_in",
      invited: room?.invited ?? [],
    },
    validate: {
      name: (value) => (value.trim() === "" ? t("account.required") : null),
      invited: (emails, values) => {
        const wrong = emails.find((email) => !looksLikeEmail(email));
        if (values.policy !== "invited" || wrong === undefined) return null;
        return t("rooms.invitedInvalid", { email: wrong });
      },
    },
  });
}

function RoomForm({ room, onDone }: { room: Room | null; onDone: () => void }) {
  const { t } = useTranslation();
  const form = useRoomForm(room);
  const save = useSaveRoom(room);
  const submit = (draft: RoomDraft) =>
    save.mutate(
      {
        ...draft,
        name: draft.name.trim(),
        invited: draft.policy === "invited" ? draft.invited : [],
      },
      {
        onSuccess: () => {
          notice({ message: room === null ? t("rooms.created") : t("rooms.updated") });
          onDone();
        },
        onError: (error) => form.setErrors(splitProblem(t, error, FIELDS).byField),
      },
    );
  const rest = save.isError ? splitProblem(t, save.error, FIELDS).rest : null;
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate data-testid="room-form">
      <Stack>
        {rest !== null && <ProblemNotice error={rest} />}
        <TextInput
          label={t("rooms.name")}
          placeholder={t("rooms.namePlaceholder")}
          maxLength={120}
          data-autofocus
          data-testid="room-name"
          {...form.getInputProps("name")}
        />
        <Radio.Group
          label={t("rooms.policy")}
          {...form.getInputProps("policy")}
          onChange={(value) => form.setFieldValue("policy", value as RoomPolicy)}
        >
          <Stack gap="xs" mt="xs">
            <Radio
              value="signed_in"
              label={t("rooms.policySignedIn")}
              data-testid="policy-signed-in"
            />
            <Radio value="invited" label={t("rooms.policyInvited")} data-testid="policy-invited" />
          </Stack>
        </Radio.Group>
        {form.values.policy === "invited" && (
          <TagsInput
            label={t("rooms.invited")}
            description={t("rooms.invitedHint")}
            acceptValueOnBlur
            splitChars={[",", " ", ";"]}
            data-testid="room-invited"
            {...form.getInputProps("invited")}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} data-testid="save-room">
            {room === null ? t("rooms.createAction") : t("common.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
