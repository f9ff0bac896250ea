/** One round control of the bar, with an optional small menu beside it. */
import { ActionIcon, Indicator, Menu, Tooltip } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ComponentPropsWithRef, ReactNode } from "react";
import { IconChevronUp } from "../../shared/icons";
import classes from "./Bar.module.css";

interface BarButtonProps extends Omit<ComponentPropsWithRef<"button">, "color" | "style"> {
  icon: Icon;
  label: string;
  /** The key that does the same. */
  shortcut?: string;
  testId: string;
  tone?: "plain" | "off" | "active" | "leave";
  busy?: boolean;
  badge?: number;
}

/** Takes the props of a button too, so that a menu can open from it. */
export function BarButton({
  icon: Icon,
  label,
  shortcut,
  testId,
  tone = "plain",
  busy = false,
  badge = 0,
  className,
  ...button
}: BarButtonProps) {
  return (
    <Tooltip
      label={shortcut === undefined ? label : `${label} (${shortcut})`}
      // Its open menu stands where the words would.
      disabled={button["aria-expanded"] === true || button["aria-expanded"] === "true"}
    >
      <Indicator
        disabled={badge === 0}
        label={badge > 9 ? "9+" : badge}
        size={18}
        offset={6}
        color="teal"
        className={className}
      >
        <ActionIcon
          {...button}
          className={classes.button}
          data-tone={tone}
          radius="xl"
          aria-label={label}
          aria-busy={busy || undefined}
          aria-keyshortcuts={shortcut}
          data-testid={testId}
        >
          <Icon size={24} />
        </ActionIcon>
      </Indicator>
    </Tooltip>
  );
}

interface SplitMenuProps {
  label: string;
  testId: string;
  onOpened: (open: boolean) => void;
  children: ReactNode;
}

/** The small arrow beside a control that opens its choices. */
export function SplitMenu({ label, testId, onOpened, children }: SplitMenuProps) {
  return (
    <Menu position="top" onChange={onOpened} width={300} keepMounted={false}>
      <Menu.Target>
        <ActionIcon
          className={classes.split}
          size={44}
          radius="xl"
          variant="transparent"
          aria-label={label}
          data-testid={testId}
        >
          <IconChevronUp size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah="60dvh" style={{ overflowY: "auto" }}>
        {children}
      </Menu.Dropdown>
    </Menu>
  );
}
