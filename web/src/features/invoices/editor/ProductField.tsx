/** What a line is for: free text, with the products of the shop as suggestions while one types. */
import { Autocomplete } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../../api/client";
import type { Product } from "../../../api/shop";
import { useFormat } from "../../../shared/useFormat";

interface ProductFieldProps {
  value: string;
  error: string | undefined;
  onText: (text: string) => void;
  onProduct: (product: Product) => void;
}

const SUGGESTIONS = 8;

export function ProductField({ value, error, onText, onProduct }: ProductFieldProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [words] = useDebouncedValue(value.trim(), 200);
  const products = useQuery({
    queryKey: ["product-suggestions", words],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/products", {
          params: { query: { q: words || undefined, limit: SUGGESTIONS } },
        }),
      ),
    placeholderData: (before) => before,
    staleTime: 30_000,
  });
  const items = products.data?.items ?? [];
  return (
    <Autocomplete
      label={t("invoiceEditor.what")}
      placeholder={t("invoiceEditor.whatHint")}
      value={value}
      onChange={onText}
      data={items.map((product) => ({ value: product.id, label: product.name }))}
      // The server has searched already.
      filter={({ options }) => options}
      renderOption={({ option }) => {
        const product = items.find((one) => one.id === option.value);
        if (product === undefined) return option.value;
        return `${product.name} · ${format.money(product.price, product.currency)}`;
      }}
      onOptionSubmit={(id) => {
        const product = items.find((one) => one.id === id);
        if (product !== undefined) onProduct(product);
      }}
      error={error}
      maxLength={500}
      data-testid="line-what"
    />
  );
}
