/** Addresses of the shop: catalogue, products, checkout, wallet. */
export const shopRoutes = [] as const;
