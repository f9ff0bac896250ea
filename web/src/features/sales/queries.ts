/** What was sold, line by line and summed up. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Sale, SalesSummary } from "../../api/billing";
import { api, unwrap } from "../../api/client";
import { localDay, yearBefore } from "./months";
import type { SalesSearch } from "./search";

const PAGE = 25;
const EXPORT_PAGE = 100;

const asQuery = ({ from, to, product }: SalesSearch) => ({ from, to, product_id: product });

function salesPage(search: SalesSearch, limit: number, cursor: string | null) {
  return unwrap(
    api.GET("/api/v1/billing/sales", {
      params: { query: { ...asQuery(search), limit, cursor: cursor ?? undefined } },
    }),
  );
}

export function useSales(search: SalesSearch) {
  return useInfiniteQuery({
    queryKey: ["sales", "list", search],
    queryFn: ({ pageParam }) => salesPage(search, PAGE, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });
}

/** Every sale that fits, for a file; page by page, so that the server is not asked for all at once. */
export async function allSales(search: SalesSearch): Promise<Sale[]> {
  const sales: Sale[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: Sale[]; next_cursor: string | null } = await salesPage(
      search,
      EXPORT_PAGE,
      cursor,
    );
    sales.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return sales;
}

/** The sums of the chosen days; a year up to today when none are chosen. */
export function useSummary(search: SalesSearch) {
  const to = search.to ?? localDay(new Date());
  const from = search.from ?? yearBefore(to);
  return useQuery({
    queryKey: ["sales", "summary", from, to],
    queryFn: (): Promise<SalesSummary> =>
      unwrap(api.GET("/api/v1/billing/sales/summary", { params: { query: { from, to } } })),
    placeholderData: (before) => before,
  });
}
