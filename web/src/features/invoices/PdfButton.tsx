/** Downloads a document in the language one picks. */
import { Button, Menu, type ButtonProps } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Locale } from "../../api/types";
import { LOCALES } from "../../i18n";
import { IconDownload } from "../../shared/icons";
import { problemNotice } from "../../shared/notice";

interface PdfButtonProps extends ButtonProps {
  label: string;
  /** Said to screen readers where several such buttons stand on a page. */
  what?: string;
  download: (language: Locale) => Promise<void>;
  testId: string;
}

export function PdfButton({ label, what, download, testId, ...props }: PdfButtonProps) {
  const { t } = useTranslation();
  const fetching = useMutation({ mutationFn: download, onError: problemNotice });
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          loading={fetching.isPending}
          aria-label={what}
          data-testid={testId}
          {...props}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {LOCALES.map((locale) => (
          <Menu.Item
            key={locale}
            onClick={() => fetching.mutate(locale)}
            data-testid={`${testId}-${locale}`}
          >
            {t(`common.language.${locale}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
