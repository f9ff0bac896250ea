/** The shape every language must fill: the English keys, where a singular form is optional. */
import type { en } from "./en";

/** Indonesian has one form for all numbers, so keys ending in `_one` need no translation. */
type Shape<T> = {
  [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string
    ? string
    : Shape<T[K]>;
} & {
  [K in keyof T as K extends `${string}_one` ? K : never]?: string;
};

export type Texts = Shape<typeof en>;
