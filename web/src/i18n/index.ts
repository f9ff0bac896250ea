/** Languages of the page: chosen by the person, else by the browser; English when neither fits. */
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Locale } from "../api/types";
import { en } from "./en";
import { id } from "./id";

const STORED = "videocall.language";
export const LOCALES: readonly Locale[] = ["en", "id"];

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

function known(value: string | null | undefined): Locale | null {
  const short = value?.slice(0, 2).toLowerCase();
  // Java and old Androids still report Indonesian as "in".
  if (short === "in") return "id";
  return LOCALES.find((locale) => locale === short) ?? null;
}

/** The first language of the person's list that the page speaks. */
export function detectLocale(stored: string | null, wanted: readonly string[]): Locale {
  return known(stored) ?? wanted.map(known).find((locale) => locale !== null) ?? "en";
}

function storedLocale(): string | null {
  try {
    return window.localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

/** Switches the language and remembers it on this device. */
export async function chooseLocale(locale: Locale): Promise<void> {
  try {
    window.localStorage.setItem(STORED, locale);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  await i18next.changeLanguage(locale);
}

export const i18n = i18next.use(initReactI18next);

void i18n.init({
  resources: { en: { translation: en }, id: { translation: id } },
  lng: detectLocale(storedLocale(), navigator.languages),
  fallbackLng: "en",
  interpolation: { escapeValue: false },
});

function markDocument(locale: string): void {
  document.documentElement.lang = locale;
}
markDocument(i18n.language);
i18n.on("languageChanged", markDocument);
