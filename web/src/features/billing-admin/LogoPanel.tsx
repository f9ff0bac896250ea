/** The logo of the documents: chosen from a file, shown as it will stand on paper. */
import { Button, FileButton, Group, Paper, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Seller } from "../../api/billing";
import { IconUpload } from "../../shared/icons";
import { notice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import classes from "./admin.module.css";
import { logoFault, type LogoFault } from "./logo";
import { useSaveLogo } from "./queries";
import { SellerLogo } from "./SellerLogo";

export function LogoPanel({ seller }: { seller: Seller }) {
  const { t } = useTranslation();
  const save = useSaveLogo();
  const [fault, setFault] = useState<LogoFault | null>(null);
  const put = (file: File | null) => {
    if (file === null) return;
    const found = logoFault(file);
    setFault(found);
    if (found === null) {
      save.mutate(file, { onSuccess: () => notice({ message: t("billingSettings.logo.saved") }) });
    }
  };
  return (
    <Paper withBorder radius="lg" p="lg">
      <Stack>
        <div>
          <Title order={2} size="h4">
            {t("billingSettings.logo.title")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("billingSettings.logo.hint")}
          </Text>
        </div>
        <div className={classes.logoFrame}>
          {seller.has_logo ? (
            <SellerLogo className={classes.logo} />
          ) : (
            <Text size="sm" c="gray.7">
              {t("billingSettings.logo.none")}
            </Text>
          )}
        </div>
        {fault !== null && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert" data-testid="logo-fault">
            {t(`billingSettings.logo.fault.${fault}`)}
          </Text>
        )}
        {save.isError && <ProblemNotice error={save.error} />}
        <Group>
          <FileButton
            onChange={put}
            accept="image/png,image/svg+xml"
            inputProps={{ "aria-label": t("billingSettings.logo.title") }}
          >
            {(props) => (
              <Button
                {...props}
                variant="default"
                leftSection={<IconUpload size={18} aria-hidden />}
                loading={save.isPending}
                data-testid="upload-logo"
              >
                {seller.has_logo
                  ? t("billingSettings.logo.replace")
                  : t("billingSettings.logo.upload")}
              </Button>
            )}
          </FileButton>
          {seller.has_logo && (
            <Button
              variant="subtle"
              color="red"
              onClick={() => save.mutate(null)}
              data-testid="remove-logo"
            >
              {t("billingSettings.logo.remove")}
            </Button>
          )}
        </Group>
      </Stack>
    </Paper>
  );
}
