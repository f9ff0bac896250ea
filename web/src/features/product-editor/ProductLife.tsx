/** Out of the shop and back, or gone for good. */
import { Button, Group, Paper, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Product } from "../../api/shop";
import { IconArchive, IconTrash } from "../../shared/icons";
import { notice, problemNotice } from "../../shared/notice";
import { useChangeProduct, useDeleteProduct } from "./queries";

interface ProductLifeProps {
  product: Product;
  onChanged: (product: Product) => void;
}

export function ProductLife({ product, onChanged }: ProductLifeProps) {
  const { t } = useTranslation();
  const change = useChangeProduct();
  const remove = useDeleteProduct();
  const navigate = useNavigate();
  const { name } = product;
  const archived = product.status === "archived";
  const setStatus = (status: Product["status"], undoable = true) =>
    change.mutate(
      { product, body: { status } },
      {
        onSuccess: (changed) => {
          onChanged(changed);
          notice({
            message: t(status === "archived" ? "products.archivedNow" : "products.restored", {
              name,
            }),
            action:
              undoable && status === "archived"
                ? { label: t("products.undo"), run: () => setStatus("active", false) }
                : undefined,
          });
        },
        onError: problemNotice,
      },
    );
  const confirmDelete = () =>
    modals.openConfirmModal({
      title: t("products.deleteConfirm.title", { name }),
      children: <Text size="sm">{t("products.deleteConfirm.text")}</Text>,
      labels: { confirm: t("products.deleteConfirm.action"), cancel: t("common.cancel") },
      confirmProps: { color: "red", ...{ "data-testid": "confirm-delete" } },
      closeButtonProps: { "aria-label": t("common.close"), size: 44, iconSize: 20 },
      onConfirm: () =>
        remove.mutate(product.id, {
          onSuccess: ({ outcome }) => {
            notice({
              message: t(outcome === "deleted" ? "products.deleted" : "products.archivedInstead", {
                name,
              }),
            });
            void navigate({ to: "/products" });
          },
          onError: problemNotice,
        }),
    });
  return (
    <Paper withBorder radius="lg" p="lg">
      <Group gap="xs">
        <Button
          variant="default"
          flex="1 1 130px"
          leftSection={<IconArchive size={18} />}
          loading={change.isPending}
          onClick={() => setStatus(archived ? "active" : "archived")}
          data-testid={archived ? "restore-product" : "archive-product"}
        >
          {archived ? t("products.restore") : t("products.archive")}
        </Button>
        <Button
          variant="subtle"
          color="red"
          flex="1 1 130px"
          leftSection={<IconTrash size={18} />}
          loading={remove.isPending}
          onClick={confirmDelete}
          data-testid="delete-product"
        >
          {t("products.delete")}
        </Button>
      </Group>
    </Paper>
  );
}
