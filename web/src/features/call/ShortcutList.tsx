/** The list of keys, and the switch for people who type single keys by accident. */
import { Kbd, Modal, Switch, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { SHORTCUT_KEYS } from "./shortcuts";

interface ShortcutListProps {
  opened: boolean;
  onClose: () => void;
  enabled: boolean;
  onEnabled: (on: boolean) => void;
}

export function ShortcutList({ opened, onClose, enabled, onEnabled }: ShortcutListProps) {
  const { t } = useTranslation();
  const rows = [
    ...SHORTCUT_KEYS.map(([name, key]) => [t(`call.shortcuts.${name}`), key] as const),
    [t("call.shortcuts.talk"), t("call.shortcuts.space")] as const,
  ];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("call.shortcuts.title")}
      closeButtonProps={{ "aria-label": t("common.close"), size: 44, iconSize: 20 }}
    >
      <Table data-testid="shortcuts" mb="md">
        <Table.Tbody>
          {rows.map(([name, key]) => (
            <Table.Tr key={name}>
              <Table.Td>{name}</Table.Td>
              <Table.Td ta="right">
                <Kbd>{key}</Kbd>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Switch
        checked={enabled}
        onChange={(event) => onEnabled(event.currentTarget.checked)}
        label={t("call.shortcuts.enabled")}
      />
    </Modal>
  );
}
