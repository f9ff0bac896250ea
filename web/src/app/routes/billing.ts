/** Addresses of the office's books: invoices, sales, settings of billing. */
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { settingsSearch } from "../../features/billing-admin/search";
import { invoicesSearch } from "../../features/invoices/search";
import { salesSearch } from "../../features/sales/search";
import { paymentSearch } from "../search";
import { officeRoute } from "./root";

export const billingRoutes = [
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/invoices",
    validateSearch: invoicesSearch,
    component: lazyRouteComponent(
      () => import("../../features/invoices/InvoicesPage"),
      "InvoicesPage",
    ),
  }),
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/invoices/new",
    component: lazyRouteComponent(
      () => import("../../features/invoices/editor/EditorPage"),
      "NewInvoicePage",
    ),
  }),
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/invoices/$invoiceId",
    validateSearch: paymentSearch,
    component: lazyRouteComponent(
      () => import("../../features/invoices/InvoicePage"),
      "InvoicePage",
    ),
  }),
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/invoices/$invoiceId/edit",
    component: lazyRouteComponent(
      () => import("../../features/invoices/editor/EditorPage"),
      "EditInvoicePage",
    ),
  }),
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/sales",
    validateSearch: salesSearch,
    component: lazyRouteComponent(() => import("../../features/sales/SalesPage"), "SalesPage"),
  }),
  createRoute({
    getParentRoute: () => officeRoute,
    path: "/billing/settings",
    validateSearch: settingsSearch,
    component: lazyRouteComponent(
      () => import("../../features/billing-admin/SettingsPage"),
      "SettingsPage",
    ),
  }),
] as const;
