/** What the seller set up: details, taxes, numbering, ways to pay. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type {
  MethodId,
  PaymentMethod,
  Seller,
  SellerChange,
  Tax,
  TaxDraft,
} from "../../api/billing";
import { api, unwrap } from "../../api/client";
import { useIntent } from "../../api/idempotency";
import { METHODS } from "../payment/queries";

const SELLER = ["seller"] as const;
const LOGO = ["seller-logo"] as const;
const TAXES = ["taxes"] as const;

export const sellerQuery = {
  queryKey: SELLER,
  queryFn: (): Promise<Seller> => unwrap(api.GET("/api/v1/billing/seller")),
  staleTime: 5 * 60_000,
};

export const taxesQuery = {
  queryKey: TAXES,
  queryFn: async (): Promise<Tax[]> => (await unwrap(api.GET("/api/v1/billing/taxes"))).items,
  staleTime: 60_000,
};

/** The logo as an address that an image can show: the file itself wants a token. */
export function useLogo(enabled: boolean) {
  return useQuery({
    queryKey: LOGO,
    queryFn: async (): Promise<string> => {
      const blob: unknown = await unwrap(
        api.GET("/api/v1/billing/seller/logo", { parseAs: "blob" }),
      );
      return readAsAddress(blob as Blob);
    },
    enabled,
    staleTime: Infinity,
    retry: false,
  });
}

/** A `data:` address lives as long as the cache does, and needs nobody to revoke it. */
function readAsAddress(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error("the logo can't be read"));
    reader.readAsDataURL(blob);
  });
}

const READ_ONLY = ["currency", "has_logo", "complete"];

/** What may be sent back of what came. */
export function changeOf(seller: Seller, part: Partial<SellerChange>): SellerChange {
  const writable = Object.entries(seller).filter(([name]) => !READ_ONLY.includes(name));
  return { ...(Object.fromEntries(writable) as SellerChange), ...part };
}

export function useSaveSeller() {
  const queries = useQueryClient();
  const intend = useIntent();
  return useMutation({
    mutationFn: (change: SellerChange): Promise<Seller> =>
      intend(change, (headers) =>
        unwrap(api.PUT("/api/v1/billing/seller", { headers, body: change })),
      ),
    onSuccess: (seller) => queries.setQueryData(SELLER, seller),
  });
}

/** Puts a new logo, or with null takes it away. */
export function useSaveLogo() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (file: File | null): Promise<void> => {
      if (file === null) {
        await unwrap(api.DELETE("/api/v1/billing/seller/logo"));
        return;
      }
      await unwrap(
        api.PUT("/api/v1/billing/seller/logo", {
          headers: { "Content-Type": file.type },
          body: file as never,
          bodySerializer: (body: unknown) => body as Blob,
        }),
      );
    },
    onSuccess: () => {
      queries.removeQueries({ queryKey: LOGO });
      return queries.invalidateQueries({ queryKey: SELLER });
    },
  });
}

export function useSaveTax(existing: Tax | null) {
  const queries = useQueryClient();
  const intend = useIntent();
  return useMutation({
    mutationFn: (draft: TaxDraft): Promise<Tax> =>
      intend({ id: existing?.id, draft }, (headers) =>
        existing === null
          ? unwrap(api.POST("/api/v1/billing/taxes", { headers, body: draft }))
          : unwrap(
              api.PATCH("/api/v1/billing/taxes/{tax_id}", {
                params: { path: { tax_id: existing.id } },
                headers,
                body: draft,
              }),
            ),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: TAXES }),
  });
}

export function useRemoveTax() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE("/api/v1/billing/taxes/{tax_id}", { params: { path: { tax_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: TAXES }),
  });
}

interface MethodChange {
  id: MethodId;
  enabled?: boolean;
  instructions?: string;
}

export function useSaveMethod() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: MethodChange): Promise<PaymentMethod> =>
      unwrap(
        api.PATCH("/api/v1/billing/payment-methods/{method}", {
          params: { path: { method: id } },
          body,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: METHODS }),
  });
}
