/** Colours, sizes and motion of the whole page. One accent colour; targets are at least 44 px. */
import {
  ActionIcon,
  Avatar,
  Button,
  createTheme,
  localStorageColorSchemeManager,
  Menu,
  Modal,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from "@mantine/core";

const teal: MantineColorsTuple = [
  "#effbf8",
  "#d5f3ec",
  "#a9e6da",
  "#74d5c5",
  "#45bdae",
  "#26a197",
  "#17827b",
  "#146a64",
  "#135451",
  "#124543",
];

/** A cool grey for dark surfaces; the call stands on the darkest. */
const dark: MantineColorsTuple = [
  "#d5dadd",
  "#b3bbc0",
  "#8f999f",
  "#68737a",
  "#465057",
  "#343d43",
  "#252d32",
  "#1a2125",
  "#12181b",
  "#0b0f11",
];

export const theme = createTheme({
  primaryColor: "teal",
  // White text stands on both at more than 4.5 to 1.
  primaryShade: { light: 7, dark: 6 },
  colors: { teal, dark },
  defaultRadius: "md",
  respectReducedMotion: true,
  cursorType: "pointer",
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.75rem", lineHeight: "1.25" } } },
  components: {
    Button: Button.extend({ defaultProps: { size: "md" } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { size: 44, variant: "subtle" } }),
    Avatar: Avatar.extend({ defaultProps: { variant: "filled", color: "teal" } }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 400,
        withArrow: true,
        events: { hover: true, focus: true, touch: false },
      },
    }),
    Menu: Menu.extend({ defaultProps: { transitionProps: { duration: 120 }, shadow: "md" } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, transitionProps: { duration: 150 }, radius: "lg" },
    }),
  },
});

/** The library's quiet and error texts are too faint for 4.5 to 1 on white. */
export const cssVariables: CSSVariablesResolver = (theme) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": theme.colors.gray[7],
    "--mantine-color-error": theme.colors.red[9],
    "--mantine-color-placeholder": theme.colors.gray[6],
  },
  dark: {
    "--mantine-color-dimmed": theme.colors.dark[1],
    "--mantine-color-error": theme.colors.red[4],
    "--mantine-color-placeholder": theme.colors.dark[2],
  },
});

/** Same key as public/color-scheme.js, which sets the scheme before the first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: "videocall.color-scheme" });
