/** Commands on products, categories and stock. */
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { Movement, MovementReason, Product, StockLevel } from "../../api/shop";
import type { Page } from "../../api/types";
import { CATEGORIES, productKey, PRODUCTS } from "../catalogue/queries";
import { newBody, type changeBody, type ProductDraft } from "./draft";

const MOVEMENTS_PAGE = 10;
export const stockKey = (id: string) => ["stock", id] as const;

/** The currency of the house: what a new product is priced in unless one chooses otherwise. */
export function useHouseCurrency() {
  return useQuery({
    queryKey: ["house-currency"],
    queryFn: async (): Promise<string> =>
      (await unwrap(api.GET("/api/v1/billing/seller"))).currency,
    staleTime: 60_000,
  });
}

export const stockQuery = (id: string) =>
  queryOptions({
    queryKey: [...stockKey(id), "level"],
    queryFn: (): Promise<StockLevel> =>
      unwrap(
        api.GET("/api/v1/products/{product_id}/stock", { params: { path: { product_id: id } } }),
      ),
  });

export const movementsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...stockKey(id), "movements"],
    queryFn: ({ pageParam }): Promise<Page<Movement>> =>
      unwrap(
        api.GET("/api/v1/products/{product_id}/stock/movements", {
          params: {
            path: { product_id: id },
            query: { limit: MOVEMENTS_PAGE, cursor: pageParam ?? undefined },
          },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

function useAfterChange() {
  const queries = useQueryClient();
  return (product: Product) => {
    queries.setQueryData(productKey(product.id), product);
    void queries.invalidateQueries({ queryKey: stockKey(product.id) });
    return queries.invalidateQueries({ queryKey: PRODUCTS });
  };
}

export function useCreateProduct() {
  const after = useAfterChange();
  return useMutation({
    mutationFn: (draft: ProductDraft): Promise<Product> =>
      unwrap(api.POST("/api/v1/products", { body: newBody(draft) })),
    onSuccess: after,
  });
}

interface Change {
  product: Product;
  body: ReturnType<typeof changeBody> | { status: Product["status"] } | { stock: number | null };
  /** Refuse when somebody changed the product since it was loaded. */
  careful?: boolean;
}

export function useChangeProduct() {
  const after = useAfterChange();
  return useMutation({
    mutationFn: ({ product, body, careful = false }: Change): Promise<Product> =>
      unwrap(
        api.PATCH("/api/v1/products/{product_id}", {
          params: { path: { product_id: product.id } },
          headers: careful ? { "If-Match": `"${product.version}"` } : {},
          body,
        }),
      ),
    onSuccess: after,
  });
}

export function useDeleteProduct() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE("/api/v1/products/{product_id}", { params: { path: { product_id: id } } })),
    onSuccess: (_removal, id) => {
      queries.removeQueries({ queryKey: productKey(id) });
      return queries.invalidateQueries({ queryKey: PRODUCTS });
    },
  });
}

export function useCreateCategory() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { name: string; parent_id: string | null }) =>
      unwrap(api.POST("/api/v1/products/categories", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: CATEGORIES }),
  });
}

export interface NewMovement {
  quantity: number;
  reason: Exclude<MovementReason, "sold" | "unlimited">;
  note: string;
}

export function useAddMovement(productId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewMovement): Promise<Movement> =>
      unwrap(
        api.POST("/api/v1/products/{product_id}/stock/movements", {
          params: { path: { product_id: productId } },
          body,
        }),
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: productKey(productId) });
      void queries.invalidateQueries({ queryKey: PRODUCTS });
      return queries.invalidateQueries({ queryKey: stockKey(productId) });
    },
  });
}
