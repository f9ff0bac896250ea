/** Addresses of the shop: catalogue, products, checkout, wallet. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { catalogueSearch, ownProductsSearch } from "../../features/catalogue/search";
import { walletSearch } from "../../features/wallet/search";
import { paymentSearch } from "../search";
import { officeRoute, openRoute } from "./root";

/** Everybody may look around and fill a cart; an account is needed to order. */
export const openShopRoutes = [
  createRoute({
    getParentRoute: () => openRoute,
    path: "/shop",
    validateSearch: catalogueSearch,
    component: lazyRouteComponent(
      () => import("../../features/catalogue/CataloguePage"),
      "CataloguePage",
    ),
  }),
  createRoute({
    getParentRoute: () => openRoute,
    path: "/shop/$productId",
    component: lazyRouteComponent(
      () => import("../../features/catalogue/ProductPage"),
      "ProductPage",
    ),
  }),
  createRoute({
    getParentRoute: () => openRoute,
    path: "/checkout",
    component: lazyRouteComponent(() => import("../../features/checkout/CartPage"), "CartPage"),
  }),
] as const;

export const shopRoutes = [
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/checkout/$checkoutId",
    validateSearch: paymentSearch,
    component: lazyRouteComponent(
      () => import("../../features/checkout/CheckoutPage"),
      "CheckoutPage",
    ),
  }),
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/products",
    validateSearch: ownProductsSearch,
    component: lazyRouteComponent(
      () => import("../../features/product-editor/ProductsPage"),
      "ProductsPage",
    ),
  }),
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/products/new",
    component: lazyRouteComponent(
      () => import("../../features/product-editor/NewProductPage"),
      "NewProductPage",
    ),
  }),
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/products/$productId",
    component: lazyRouteComponent(
      () => import("../../features/product-editor/EditProductPage"),
      "EditProductPage",
    ),
  }),
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/wallet",
    validateSearch: walletSearch,
    component: lazyRouteComponent(() => import("../../features/wallet/WalletPage"), "WalletPage"),
  }),
] as const;
