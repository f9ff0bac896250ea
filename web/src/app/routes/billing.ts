/** Addresses of the office's books: invoices, sales, settings of billing. */
export const billingRoutes = [] as const;
