/** A known product: its fields, its stock, and out of the shop again. */
import { Alert, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "../../api/problem";
import type { Product } from "../../api/shop";
import { IconAlert, IconPackage } from "../../shared/icons";
import { LinkButton } from "../../shared/links";
import { MessagePage } from "../../shared/MessagePage";
import { notice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import { productQuery } from "../catalogue/queries";
import { BackToProducts } from "./BackToProducts";
import { changeBody, draftOf, type ProductDraft } from "./draft";
import { ProductForm } from "./ProductForm";
import { ProductLife } from "./ProductLife";
import { useChangeProduct } from "./queries";
import { StockPanel } from "./StockPanel";
import classes from "./Editor.module.css";

export function EditProductPage() {
  const { productId } = useParams({ from: "/office/products/$productId" });
  const { t } = useTranslation();
  const product = useQuery(productQuery(productId));
  usePageTitle(product.data?.name ?? "");
  if (product.isError && [403, 404, 422].includes(asProblem(product.error).status)) {
    return (
      <MessagePage
        title={t("products.gone.title")}
        text={t("products.gone.text")}
        icon={<IconPackage size={32} />}
        testId="product-gone"
        inside
      >
        <LinkButton to="/products">{t("products.gone.action")}</LinkButton>
      </MessagePage>
    );
  }
  return (
    <Stack gap="md">
      <BackToProducts />
      {product.isError && (
        <ProblemNotice error={product.error} onRetry={() => void product.refetch()} />
      )}
      {product.isPending && <Skeleton height={600} radius="lg" />}
      {product.data !== undefined && (
        <Editor product={product.data} onReload={() => product.refetch()} />
      )}
    </Stack>
  );
}

interface EditorProps {
  product: Product;
  onReload: () => Promise<{ data: Product | undefined }>;
}

function Editor({ product, onReload }: EditorProps) {
  const { t } = useTranslation();
  // What the form was filled from: news from elsewhere must not overwrite what one types.
  const [base, setBase] = useState(product);
  const [generation, setGeneration] = useState(0);
  const change = useChangeProduct();
  const stale = change.isError && asProblem(change.error).code === "products.changed";
  const save = async (draft: ProductDraft) => {
    const saved = await change.mutateAsync({
      product: base,
      body: changeBody(draft),
      careful: true,
    });
    setBase(saved);
    notice({ message: t("products.saved") });
  };
  const reload = async () => {
    const { data } = await onReload();
    if (data === undefined) return;
    change.reset();
    setBase(data);
    setGeneration(generation + 1);
  };
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <Title order={1}>{product.name}</Title>
        <LinkButton
          to="/shop/$productId"
          params={{ productId: product.id }}
          variant="default"
          data-testid="see-in-shop"
        >
          {t("products.inShop")}
        </LinkButton>
      </Group>
      {product.status === "archived" && <Alert color="yellow">{t("products.archivedNote")}</Alert>}
      {stale && (
        <Alert color="yellow" icon={<IconAlert />} role="alert" data-testid="product-changed">
          <Stack align="flex-start" gap="sm">
            <Text size="sm">{t("products.changed")}</Text>
            <Button variant="default" onClick={() => void reload()}>
              {t("products.reload")}
            </Button>
          </Stack>
        </Alert>
      )}
      <div className={classes.layout}>
        <ProductForm
          key={generation}
          initial={draftOf(base)}
          isNew={false}
          saving={change.isPending}
          onSave={save}
          error={stale ? null : change.error}
        />
        <Stack>
          <StockPanel product={product} onChanged={setBase} />
          <ProductLife product={product} onChanged={setBase} />
        </Stack>
      </div>
    </>
  );
}
