/** What can be done with an invoice: one main action, the PDF, and the rest in a menu. */
import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invoice } from "../../api/billing";
import { IconDots } from "../../shared/icons";
import { notice, problemNotice } from "../../shared/notice";
import { actionsOf, type Action } from "./actions";
import { downloadInvoice } from "./pdf";
import { PdfButton } from "./PdfButton";
import { useInvoiceCommand } from "./queries";
import { ReasonDialog } from "./ReasonDialog";
import { RefundDialog } from "./RefundDialog";

/** These want a word first: the rest happens at once. */
type Dialog = "refund" | "void" | "uncollectible";

export function InvoiceActions({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const { run, running } = useRun(invoice, setDialog);
  const actions = actionsOf(invoice);
  const main = invoice.status === "draft" ? actions[0] : undefined;
  const rest = actions.filter((action) => action !== main);
  return (
    <Group gap="xs">
      <PdfButton
        label={t("invoices.pdf")}
        download={(language) => downloadInvoice(invoice, language)}
        testId="download-pdf"
      />
      {main !== undefined && (
        <Button onClick={() => run(main)} loading={running} data-testid={`action-${main}`}>
          {t(`invoices.action.${main}`)}
        </Button>
      )}
      {rest.length > 0 && (
        <Menu position="bottom-end" width={260}>
          <Menu.Target>
            <ActionIcon
              variant="default"
              aria-label={t("invoices.more")}
              loading={running && main === undefined}
              data-testid="invoice-menu"
            >
              <IconDots size={20} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {rest.map((action) => (
              <Menu.Item
                key={action}
                color={action === "delete" || action === "void" ? "red" : undefined}
                onClick={() => run(action)}
                data-testid={`action-${action}`}
              >
                {t(`invoices.action.${action}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <RefundDialog
        invoice={invoice}
        opened={dialog === "refund"}
        onClose={() => setDialog(null)}
      />
      <ReasonDialog
        invoice={invoice}
        about={dialog === "refund" ? null : dialog}
        onClose={() => setDialog(null)}
      />
    </Group>
  );
}

function useRun(invoice: Invoice, ask: (dialog: Dialog) => void) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const command = useInvoiceCommand(invoice.id);
  const at = (name: "open" | "send" | "remind") =>
    command.mutate(
      { do: name },
      {
        onSuccess: () => notice({ message: t(`invoices.done.${name}`) }),
        onError: problemNotice,
      },
    );
  const remove = () =>
    modals.openConfirmModal({
      title: t("invoices.deleteConfirm.title"),
      children: t("invoices.deleteConfirm.text"),
      labels: { confirm: t("invoices.action.delete"), cancel: t("common.cancel") },
      confirmProps: { color: "red", ...{ "data-testid": "confirm-delete" } },
      onConfirm: () =>
        command.mutate(
          { do: "delete" },
          {
            onSuccess: () => {
              notice({ message: t("invoices.done.delete") });
              void navigate({ to: "/invoices" });
            },
            onError: problemNotice,
          },
        ),
    });
  const run = (action: Action) => {
    switch (action) {
      case "open":
      case "send":
      case "remind":
        return at(action);
      case "delete":
        return void remove();
      case "edit":
        return void navigate({
          to: "/invoices/$invoiceId/edit",
          params: { invoiceId: invoice.id },
        });
      case "refund":
      case "void":
      case "uncollectible":
        return ask(action);
    }
  };
  return { run, running: command.isPending };
}
