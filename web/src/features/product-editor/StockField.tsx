/** How many there are of a new product, or that nobody counts. */
import { NumberInput, Paper, SegmentedControl, Stack, Text } from "@mantine/core";
import { useId } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { ProductFormValues } from "./ProductForm";

export function StockField({ form }: { form: ProductFormValues }) {
  const { t } = useTranslation();
  const label = useId();
  const { limited } = form.values;
  return (
    <Paper withBorder radius="lg" p="lg">
      <Stack gap="sm" align="flex-start">
        <Text fw={500} id={label}>
          {t("products.stock")}
        </Text>
        <SegmentedControl
          aria-labelledby={label}
          value={limited ? "limited" : "unlimited"}
          onChange={(value) => {
            form.setTouched((touched) => ({ ...touched, limited: true }));
            form.setFieldValue("limited", value === "limited");
          }}
          data={[
            { value: "unlimited", label: t("products.stockUnlimited") },
            { value: "limited", label: t("products.stockLimited") },
          ]}
          data-testid="stock-mode"
        />
        {limited && (
          <NumberInput
            size="md"
            label={t("products.stockCount")}
            min={0}
            max={1_000_000_000}
            allowDecimal={false}
            allowNegative={false}
            hideControls
            w={200}
            data-testid="product-stock"
            {...form.getInputProps("stock")}
          />
        )}
      </Stack>
    </Paper>
  );
}
