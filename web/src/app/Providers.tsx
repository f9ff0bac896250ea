/** What every page stands on: look, notices, dialogs, server state. */
import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import { useMe } from "../api/useSession";
import { chooseLocale, i18n } from "../i18n";
import { SchemeControl } from "./scheme";
import { colorSchemeManager, cssVariables, theme } from "./theme";

/** The language of the account wins over the one of the browser, once the account is known. */
function AccountLanguage() {
  const locale = useMe()?.locale;
  useEffect(() => {
    if (locale !== undefined && locale !== i18n.language) void chooseLocale(locale);
  }, [locale]);
  return null;
}

export function Providers({ queries, children }: { queries: QueryClient; children: ReactNode }) {
  return (
    <QueryClientProvider client={queries}>
      <SchemeControl>
        {(forced) => (
          <MantineProvider
            theme={theme}
            cssVariablesResolver={cssVariables}
            defaultColorScheme="auto"
            colorSchemeManager={colorSchemeManager}
            forceColorScheme={forced}
          >
            <ModalsProvider>
              <Notifications position="top-center" limit={3} />
              <AccountLanguage />
              {children}
            </ModalsProvider>
          </MantineProvider>
        )}
      </SchemeControl>
    </QueryClientProvider>
  );
}
