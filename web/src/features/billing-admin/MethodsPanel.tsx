/** The ways to pay: on or off, and what people read who pay by transfer. */
import {
  Badge,
  Button,
  Group,
  Paper,
  Skeleton,
  Stack,
  Switch,
  Text,
  Textarea,
} from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PaymentMethod } from "../../api/billing";
import { notice, problemNotice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { useMethods } from "../payment/queries";
import classes from "./admin.module.css";
import { useSaveMethod } from "./queries";

export function MethodsPanel() {
  const { t } = useTranslation();
  const methods = useMethods();
  if (methods.isPending) return <Skeleton height={280} radius="lg" aria-hidden />;
  if (methods.isError) {
    return <ProblemNotice error={methods.error} onRetry={() => void methods.refetch()} />;
  }
  return (
    <Stack maw={640}>
      <Text c="dimmed">{t("billingSettings.methods.hint")}</Text>
      {methods.data.map((method) => (
        <MethodCard key={method.id} method={method} />
      ))}
    </Stack>
  );
}

function MethodCard({ method }: { method: PaymentMethod }) {
  const { t } = useTranslation();
  const save = useSaveMethod();
  // Moves at once; what the server says counts as soon as it is known.
  const [wanted, setWanted] = useState<boolean | null>(null);
  return (
    <Paper withBorder radius="lg" p="lg" data-testid="method" data-method={method.id}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div>
            <Group gap="xs">
              <Text className={classes.name}>{t(`billingSettings.methods.name.${method.id}`)}</Text>
              {!method.configured && (
                <Badge variant="light" color="gray" tt="none" c="var(--mantine-color-text)">
                  {t("billingSettings.methods.notConfigured")}
                </Badge>
              )}
            </Group>
            <Text size="sm" c="dimmed">
              {method.configured
                ? t(`billingSettings.methods.about.${method.id}`)
                : t(`billingSettings.methods.configure.${method.id}`)}
            </Text>
          </div>
          <Switch
            checked={wanted ?? method.enabled}
            disabled={!method.configured || save.isPending}
            onChange={(event) => {
              setWanted(event.currentTarget.checked);
              save.mutate(
                { id: method.id, enabled: event.currentTarget.checked },
                {
                  onSettled: () => setWanted(null),
                  onSuccess: (now) =>
                    notice({
                      message: t(
                        now.enabled ? "billingSettings.methods.on" : "billingSettings.methods.off",
                        { name: t(`billingSettings.methods.name.${method.id}`) },
                      ),
                    }),
                  onError: problemNotice,
                },
              );
            }}
            aria-label={t("billingSettings.methods.enable", {
              name: t(`billingSettings.methods.name.${method.id}`),
            })}
            data-testid="method-enabled"
          />
        </Group>
        {method.kind === "bank_transfer" && <InstructionsForm method={method} />}
      </Stack>
    </Paper>
  );
}

function InstructionsForm({ method }: { method: PaymentMethod }) {
  const { t } = useTranslation();
  const save = useSaveMethod();
  const [text, setText] = useState(method.instructions);
  const problem = save.isError ? splitProblem(t, save.error, ["instructions"]) : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(
          { id: method.id, instructions: text.trim() },
          { onSuccess: () => notice({ message: t("billingSettings.saved") }) },
        );
      }}
    >
      <Stack gap="sm" align="flex-start">
        {problem?.rest != null && <ProblemNotice error={problem.rest} />}
        <Textarea
          label={t("billingSettings.methods.instructions")}
          description={t("billingSettings.methods.instructionsHint")}
          autosize
          minRows={3}
          maxLength={2000}
          w="100%"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={problem?.byField.instructions}
          data-testid="method-instructions"
        />
        <Button
          type="submit"
          variant="default"
          loading={save.isPending}
          disabled={text.trim() === method.instructions}
          data-testid="save-instructions"
        >
          {t("common.save")}
        </Button>
      </Stack>
    </form>
  );
}
