/** A button that copies a text and says that it did. */
import { Button, type ButtonProps } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { copyText } from "./copyText";
import { IconCheck, IconCopy } from "./icons";
import { notice } from "./notice";

interface CopyButtonProps extends ButtonProps {
  value: string;
  label: string;
  /** Also said as a notice, where the button alone is not enough. */
  done?: string;
  testId?: string;
}

export function CopyButton({ value, label, done, testId, ...props }: CopyButtonProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    const ok = await copyText(value);
    setCopied(ok);
    if (!ok) notice({ message: `${t("common.copyFailed")} ${value}`, tone: "bad" });
    else if (done !== undefined) notice({ message: done });
  };
  return (
    <Button
      {...props}
      data-testid={testId}
      leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
      onClick={() => void copy()}
      aria-live="polite"
    >
      {copied ? t("common.copied") : label}
    </Button>
  );
}
