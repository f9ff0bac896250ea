/** Which tab of the settings of billing the address names. */
export const TABS = ["seller", "taxes", "numbering", "methods"] as const;

export type SettingsTab = (typeof TABS)[number];

export function settingsSearch(search: Record<string, unknown>): { tab?: SettingsTab } {
  const tab = TABS.find((known) => known === search.tab);
  return tab === undefined || tab === "seller" ? {} : { tab };
}
