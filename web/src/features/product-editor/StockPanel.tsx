/** What is there of a product, why it changed, and a new movement. */
import { Button, Group, Paper, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Movement, Product, StockLevel } from "../../api/shop";
import { IconPlus } from "../../shared/icons";
import { notice, problemNotice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { useFormat } from "../../shared/useFormat";
import { MovementDialog } from "./MovementDialog";
import { movementsQuery, stockQuery, useChangeProduct } from "./queries";
import classes from "./Editor.module.css";

interface StockPanelProps {
  product: Product;
  onChanged: (product: Product) => void;
}

export function StockPanel({ product, onChanged }: StockPanelProps) {
  const { t } = useTranslation();
  const stock = useQuery(stockQuery(product.id));
  const [opened, { open, close }] = useDisclosure(false);
  const change = useChangeProduct();
  const count = (to: number | null) =>
    change.mutate(
      { product, body: { stock: to } },
      {
        onSuccess: (changed) => {
          onChanged(changed);
          if (to === null) notice({ message: t("products.movements.stopped") });
        },
        onError: problemNotice,
      },
    );
  return (
    <Paper withBorder radius="lg" p="lg" component="section" aria-labelledby="stock">
      <Stack>
        <Title order={2} size="h4" id="stock">
          {t("products.movements.title")}
        </Title>
        {stock.isError && (
          <ProblemNotice error={stock.error} onRetry={() => void stock.refetch()} />
        )}
        {stock.isPending && <Skeleton height={56} radius="md" />}
        {stock.data?.limited === false && (
          <>
            <Text c="dimmed">{t("products.movements.unlimited")}</Text>
            <Button
              variant="default"
              onClick={() => count(0)}
              loading={change.isPending}
              data-testid="count-stock"
            >
              {t("products.movements.start")}
            </Button>
          </>
        )}
        {stock.data?.limited === true && (
          <>
            <Levels stock={stock.data} />
            <Button
              variant="default"
              leftSection={<IconPlus size={18} />}
              onClick={open}
              data-testid="add-movement"
            >
              {t("products.movements.add")}
            </Button>
            <Movements productId={product.id} />
            <Button
              variant="subtle"
              color="gray"
              onClick={() => count(null)}
              loading={change.isPending}
            >
              {t("products.movements.stop")}
            </Button>
          </>
        )}
      </Stack>
      <MovementDialog productId={product.id} opened={opened} onClose={close} />
    </Paper>
  );
}

function Levels({ stock }: { stock: StockLevel }) {
  const { t } = useTranslation();
  const format = useFormat();
  const level = (label: string, value: number | null, testId: string) => (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <dd data-testid={testId}>{format.number(value ?? 0)}</dd>
    </div>
  );
  return (
    <dl className={classes.levels}>
      {level(t("products.movements.onHand"), stock.on_hand, "stock-on-hand")}
      {level(t("products.movements.reserved"), stock.reserved, "stock-reserved")}
      {level(t("products.movements.available"), stock.available, "stock-available")}
    </dl>
  );
}

function Movements({ productId }: { productId: string }) {
  const { t } = useTranslation();
  const movements = useInfiniteQuery(movementsQuery(productId));
  const items = movements.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div>
      <Text fw={500}>{t("products.movements.history")}</Text>
      {movements.isSuccess && items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("products.movements.none")}
        </Text>
      )}
      {movements.isPending && <Skeleton height={120} radius="md" mt="xs" />}
      <ul className={classes.movements} data-testid="movements">
        {items.map((movement) => (
          <MovementRow key={movement.id} movement={movement} />
        ))}
      </ul>
      {movements.hasNextPage && (
        <Group justify="center">
          <Button
            variant="subtle"
            loading={movements.isFetchingNextPage}
            onClick={() => void movements.fetchNextPage()}
          >
            {t("common.loadMore")}
          </Button>
        </Group>
      )}
    </div>
  );
}

function MovementRow({ movement }: { movement: Movement }) {
  const { t } = useTranslation();
  const format = useFormat();
  const sign = movement.quantity > 0 ? "+" : "−";
  return (
    <li className={classes.movement} data-testid="movement" data-reason={movement.reason}>
      <Text size="sm">{t(`products.movements.reasons.${movement.reason}`)}</Text>
      <Text size="sm" fw={600} className={classes.number}>
        {movement.quantity === 0 ? "" : `${sign}${format.number(Math.abs(movement.quantity))}`}
        {movement.balance !== null && (
          <Text span c="dimmed" fw={400}>
            {` → ${format.number(movement.balance)}`}
          </Text>
        )}
      </Text>
      <Text size="xs" c="dimmed" style={{ gridColumn: "1 / -1" }}>
        {[
          format.moment(movement.created_at),
          movement.actor?.name ?? t("products.movements.system"),
          movement.note,
        ]
          .filter(Boolean)
          .join(" · ")}
      </Text>
    </li>
  );
}
