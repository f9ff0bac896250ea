/** Short notices that come and go by themselves. */
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { i18n } from "../i18n";
import { asProblem } from "../api/problem";
import { problemDetails, problemText } from "./problemText";

interface Notice {
  message: string;
  tone?: "good" | "bad";
  action?: { label: string; run: () => void };
}

export function notice({ message, tone = "good", action }: Notice): void {
  const id = notifications.show({
    color: tone === "bad" ? "red" : "teal",
    role: tone === "bad" ? "alert" : "status",
    autoClose: tone === "bad" || action !== undefined ? 8000 : 4000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        {action !== undefined && (
          <Button
            size="sm"
            variant="light"
            onClick={() => {
              notifications.hide(id);
              action.run();
            }}
          >
            {action.label}
          </Button>
        )}
      </Group>
    ),
    closeButtonProps: { "aria-label": i18n.t("common.close") },
  });
}

/** A failure that belongs to no form: in words, with code and request id. */
export function problemNotice(error: unknown): void {
  const problem = asProblem(error);
  notice({
    tone: "bad",
    message: `${problemText(i18n.t, problem)} (${problemDetails(problem)})`,
  });
}
