/** What an administrator sets up once for all invoices: who sells, taxes, numbers, ways to pay. */
import { Alert, Skeleton, Stack, Tabs, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "../../api/useSession";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { usePageTitle } from "../../shared/usePageTitle";
import classes from "./admin.module.css";
import { MethodsPanel } from "./MethodsPanel";
import { NumberingForm } from "./NumberingForm";
import { sellerQuery } from "./queries";
import { settingsSearch, TABS } from "./search";
import { SellerPanel } from "./SellerPanel";
import { TaxesPanel } from "./TaxesPanel";

export function SettingsPage() {
  const { t } = useTranslation();
  usePageTitle(t("billingSettings.title"));
  const me = useMe();
  const navigate = useNavigate();
  const { tab = "seller" } = useSearch({ from: "/office/billing/settings" });
  const seller = useQuery(sellerQuery);
  if (me !== undefined && me.role !== "admin") return <NotForYou />;
  return (
    <Stack gap="lg">
      <div>
        <Title order={1}>{t("billingSettings.title")}</Title>
        <Text c="dimmed">{t("billingSettings.hint")}</Text>
      </div>
      {seller.data?.complete === false && (
        <Alert color="yellow" data-testid="seller-incomplete">
          {t("billingSettings.incomplete")}
        </Alert>
      )}
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({ to: "/billing/settings", search: settingsSearch({ tab: value }) })
        }
        keepMounted={false}
      >
        <Tabs.List className={classes.tabs} aria-label={t("billingSettings.title")}>
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name} className={classes.tab} data-testid={`tab-${name}`}>
              {t(`billingSettings.tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="taxes" pt="lg">
          <TaxesPanel />
        </Tabs.Panel>
        <Tabs.Panel value="methods" pt="lg">
          <MethodsPanel />
        </Tabs.Panel>
        {(["seller", "numbering"] as const).map((name) => (
          <Tabs.Panel key={name} value={name} pt="lg">
            {seller.isError && (
              <ProblemNotice error={seller.error} onRetry={() => void seller.refetch()} />
            )}
            {seller.isPending && <Skeleton height={360} radius="lg" aria-hidden />}
            {seller.data !== undefined &&
              (name === "seller" ? (
                <SellerPanel seller={seller.data} />
              ) : (
                <NumberingForm seller={seller.data} />
              ))}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

function NotForYou() {
  const { t } = useTranslation();
  return (
    <Stack data-testid="settings-forbidden">
      <Title order={1}>{t("billingSettings.forbidden.title")}</Title>
      <Text c="dimmed">{t("billingSettings.forbidden.text")}</Text>
    </Stack>
  );
}
