/** Writes down that pieces came or went. */
import {
  Button,
  Group,
  Modal,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import { notice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { useFormat } from "../../shared/useFormat";
import { useAddMovement, type NewMovement } from "./queries";

type Reason = NewMovement["reason"];

const REASONS: Record<"in" | "out", readonly Reason[]> = {
  in: ["received", "returned", "counted", "corrected"],
  out: ["damaged", "counted", "corrected"],
};
const FIELDS = ["quantity", "reason", "note"] as const;

interface MovementDialogProps {
  productId: string;
  opened: boolean;
  onClose: () => void;
}

export function MovementDialog({ productId, opened, onClose }: MovementDialogProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("products.movements.addTitle")}
      closeButtonProps={{ "aria-label": t("common.close"), size: 44, iconSize: 20 }}
    >
      <MovementForm productId={productId} onDone={onClose} />
    </Modal>
  );
}

interface MovementDraft {
  direction: "in" | "out";
  quantity: number | "";
  reason: Reason;
  note: string;
}

function useMovementForm() {
  const { t } = useTranslation();
  return useForm<MovementDraft>({
    initialValues: { direction: "in", quantity: "", reason: "received", note: "" },
    validate: {
      quantity: (value) => (Number(value) >= 1 ? null : t("products.movements.quantityMissing")),
    },
  });
}

function MovementForm({ productId, onDone }: { productId: string; onDone: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const form = useMovementForm();
  const add = useAddMovement(productId);
  const split = (error: unknown) => {
    const parts = splitProblem(t, error, FIELDS);
    if (asProblem(error).code !== "products.stock_below_zero") return parts;
    return {
      byField: { ...parts.byField, quantity: t("products.movements.belowZero") },
      rest: null,
    };
  };
  const submit = ({ direction, quantity, reason, note }: MovementDraft) =>
    add.mutate(
      {
        quantity: direction === "in" ? Number(quantity) : -Number(quantity),
        reason,
        note: note.trim(),
      },
      {
        onSuccess: ({ balance }) => {
          notice({
            message: t("products.movements.saved", { pieces: format.number(balance ?? 0) }),
          });
          onDone();
        },
        onError: (error) => form.setErrors(split(error).byField),
      },
    );
  const rest = add.isError ? split(add.error).rest : null;
  const { direction } = form.values;
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate data-testid="movement-form">
      <Stack>
        {rest !== null && <ProblemNotice error={rest} />}
        <SegmentedControl
          aria-label={t("products.movements.direction")}
          value={direction}
          onChange={(value) => {
            const next = value as "in" | "out";
            form.setValues({ direction: next, reason: REASONS[next][0] });
          }}
          data={[
            { value: "in", label: t("products.movements.in") },
            { value: "out", label: t("products.movements.out") },
          ]}
          fullWidth
          data-testid="movement-direction"
        />
        <NumberInput
          size="md"
          label={t("products.movements.count")}
          min={1}
          max={1_000_000_000}
          allowDecimal={false}
          allowNegative={false}
          hideControls
          data-autofocus
          data-testid="movement-quantity"
          {...form.getInputProps("quantity")}
        />
        <Select
          size="md"
          label={t("products.movements.reason")}
          data={REASONS[direction].map((reason) => ({
            value: reason,
            label: t(`products.movements.reasons.${reason}`),
          }))}
          allowDeselect={false}
          data-testid="movement-reason"
          {...form.getInputProps("reason")}
          onChange={(value) => form.setFieldValue("reason", value as Reason)}
        />
        <TextInput
          size="md"
          label={t("products.movements.note")}
          placeholder={t("products.movements.notePlaceholder")}
          maxLength={200}
          data-testid="movement-note"
          {...form.getInputProps("note")}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={add.isPending} data-testid="save-movement">
            {t("products.movements.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
