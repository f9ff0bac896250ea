/** All Indonesian texts. */
import type { Texts } from "../texts";
import { account } from "./account";
import { call } from "./call";
import { common } from "./common";
import { errors } from "./errors";
import { prejoin } from "./prejoin";
import { billingSettings } from "./billingSettings";
import { invoiceEditor, invoices } from "./invoices";
import { payment } from "./payment";
import { products } from "./products";
import { people, rooms } from "./rooms";
import { sales } from "./sales";
import { cart, checkout, shop } from "./shop";
import { wallet } from "./wallet";

export const id: Texts = {
  common,
  account,
  rooms,
  people,
  prejoin,
  call,
  errors,
  shop,
  cart,
  checkout,
  products,
  wallet,
  payment,
  invoices,
  invoiceEditor,
  sales,
  billingSettings,
};
