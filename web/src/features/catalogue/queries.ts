/** Products and categories as the server knows them. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "../../api/client";
import type { Category, Product, ProductPage } from "../../api/shop";
import type { ProductSort } from "./search";

const PAGE = 24;

export interface ProductFilter {
  q?: string;
  kind?: Product["kind"];
  category?: string;
  min_price?: string;
  max_price?: string;
  sort?: ProductSort;
  host?: string;
  status?: Product["status"];
}

export const PRODUCTS = ["products"] as const;
export const CATEGORIES = ["categories"] as const;
export const productKey = (id: string) => ["product", id] as const;

export const productsQuery = (filter: ProductFilter) =>
  infiniteQueryOptions({
    queryKey: [...PRODUCTS, filter],
    queryFn: ({ pageParam }): Promise<ProductPage> =>
      unwrap(
        api.GET("/api/v1/products", {
          params: { query: { ...filter, limit: PAGE, cursor: pageParam ?? undefined } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });

export const productQuery = (id: string) =>
  queryOptions({
    queryKey: productKey(id),
    queryFn: (): Promise<Product> =>
      unwrap(api.GET("/api/v1/products/{product_id}", { params: { path: { product_id: id } } })),
  });

export const categoriesQuery = queryOptions({
  queryKey: CATEGORIES,
  queryFn: async (): Promise<Category[]> =>
    (await unwrap(api.GET("/api/v1/products/categories"))).items,
  staleTime: 60_000,
});
