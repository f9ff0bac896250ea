/** Makes a product; afterwards its own page shows it with a link into the shop. */
import { Skeleton, Stack, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { notice } from "../../shared/notice";
import { usePageTitle } from "../../shared/usePageTitle";
import { BackToProducts } from "./BackToProducts";
import { emptyDraft, type ProductDraft } from "./draft";
import { ProductForm } from "./ProductForm";
import { useCreateProduct, useHouseCurrency } from "./queries";
import classes from "./Editor.module.css";

export function NewProductPage() {
  const { t } = useTranslation();
  usePageTitle(t("products.newTitle"));
  const navigate = useNavigate();
  const create = useCreateProduct();
  const currency = useHouseCurrency();
  const save = async (draft: ProductDraft) => {
    const product = await create.mutateAsync(draft);
    notice({ message: t("products.created", { name: product.name }) });
    await navigate({ to: "/products/$productId", params: { productId: product.id } });
  };
  return (
    <Stack gap="md" className={classes.narrow}>
      <BackToProducts />
      <Title order={1}>{t("products.newTitle")}</Title>
      {currency.data === undefined && currency.isPending ? (
        <Skeleton height={480} radius="lg" />
      ) : (
        <ProductForm
          initial={emptyDraft(currency.data ?? "USD")}
          isNew
          saving={create.isPending}
          onSave={save}
          error={create.error}
        />
      )}
    </Stack>
  );
}
