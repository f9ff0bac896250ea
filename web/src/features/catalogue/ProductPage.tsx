/** One product: what it is, what it costs, and into the cart. */
import { Alert, Badge, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Product } from "../../api/shop";
import { asProblem } from "../../api/problem";
import { useMe } from "../../api/useSession";
import { IconArrowLeft, IconPackage } from "../../shared/icons";
import { LinkButton, TextLink } from "../../shared/links";
import { MessagePage } from "../../shared/MessagePage";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import { BuyBox } from "./BuyBox";
import { KindIcon } from "./KindIcon";
import { productQuery } from "./queries";
import classes from "./Catalogue.module.css";

export function ProductPage() {
  const { productId } = useParams({ from: "/open/shop/$productId" });
  const { t } = useTranslation();
  const product = useQuery(productQuery(productId));
  usePageTitle(product.data?.name ?? "");
  if (product.isError && [404, 422].includes(asProblem(product.error).status)) {
    return (
      <MessagePage
        title={t("shop.gone.title")}
        text={t("shop.gone.text")}
        icon={<IconPackage size={32} />}
        testId="product-gone"
        inside
      >
        <LinkButton to="/shop">{t("shop.gone.action")}</LinkButton>
      </MessagePage>
    );
  }
  return (
    <Stack gap="md">
      <TextLink to="/shop" activeOptions={{ exact: true }} className={classes.back}>
        <Group gap={6}>
          <IconArrowLeft size={18} /> {t("shop.title")}
        </Group>
      </TextLink>
      {product.isError && (
        <ProblemNotice error={product.error} onRetry={() => void product.refetch()} />
      )}
      {product.isPending && <ProductSkeleton />}
      {product.data !== undefined && <ProductDetails product={product.data} />}
    </Stack>
  );
}

function ProductDetails({ product }: { product: Product }) {
  const { t } = useTranslation();
  const me = useMe();
  const mayEdit = me?.role === "admin" || me?.id === product.host.id;
  return (
    <div className={classes.product} data-testid="product-page" data-product={product.id}>
      <Stack gap="md">
        {product.status === "archived" && <Alert color="yellow">{t("shop.buy.archived")}</Alert>}
        <Group gap="md" wrap="nowrap" align="flex-start">
          <KindIcon kind={product.kind} size={56} />
          <div className={classes.name}>
            <Title order={1}>{product.name}</Title>
            <Text c="dimmed">{t(`shop.by.${product.kind}`, { name: product.host.name })}</Text>
          </div>
        </Group>
        <Group gap="xs">
          <Badge variant="light" size="lg" tt="none">
            {t(`shop.kindOne.${product.kind}`)}
          </Badge>
          {product.minutes !== null && (
            <Badge variant="default" size="lg" tt="none">
              {t("shop.minutes", { count: product.minutes })}
            </Badge>
          )}
          {product.category !== null && (
            <TextLink to="/shop" search={{ category: product.category.id }} py={10}>
              {product.category.name}
            </TextLink>
          )}
        </Group>
        <Text className={classes.text} c={product.description === "" ? "dimmed" : undefined}>
          {product.description || t("shop.noDescription")}
        </Text>
        {mayEdit && (
          <LinkButton
            to="/products/$productId"
            params={{ productId: product.id }}
            variant="default"
            style={{ alignSelf: "flex-start" }}
            data-testid="edit-product"
          >
            {t("shop.buy.edit")}
          </LinkButton>
        )}
      </Stack>
      <BuyBox product={product} />
    </div>
  );
}

function ProductSkeleton() {
  return (
    <div className={classes.product} aria-hidden>
      <Paper>
        <Skeleton height={56} radius="md" mb="md" />
        <Skeleton height={160} radius="md" />
      </Paper>
      <Skeleton height={220} radius="lg" />
    </div>
  );
}
