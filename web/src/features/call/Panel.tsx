/** The place at the side for chat or people; over the picture on a phone. */
import { ActionIcon, Title } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconX } from "../../shared/icons";
import classes from "./Panel.module.css";

const OVERLAYS = "[role='menu'], [role='dialog'], [aria-haspopup][aria-expanded='true']";

interface PanelProps {
  title: string;
  testId: string;
  onClose: () => void;
  children: ReactNode;
}

export function Panel({ title, testId, onClose, children }: PanelProps) {
  const { t } = useTranslation();
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    // The chat puts the focus into its field; other panels begin at their close button.
    if (close.current?.closest("section")?.contains(before) !== true) close.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useEffect(() => {
    const byKey = (event: KeyboardEvent) => {
      // An open menu or dialog takes this Escape for itself.
      const inside = event.target instanceof Element && event.target.closest(OVERLAYS) !== null;
      if (event.key === "Escape" && !inside) onClose();
    };
    document.addEventListener("keydown", byKey);
    return () => document.removeEventListener("keydown", byKey);
  }, [onClose]);
  return (
    <section className={classes.panel} aria-label={title} data-testid={testId}>
      <div className={classes.head}>
        <Title order={2} size="h4">
          {title}
        </Title>
        <ActionIcon
          ref={close}
          color="gray"
          onClick={onClose}
          aria-label={t("common.close")}
          data-testid="close-panel"
        >
          <IconX size={20} />
        </ActionIcon>
      </div>
      {children}
    </section>
  );
}
