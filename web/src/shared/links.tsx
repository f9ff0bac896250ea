/** Links inside the page that look like buttons or text, and the address of a room. */
import {
  Anchor,
  Button,
  Menu,
  type AnchorProps,
  type ButtonProps,
  type MenuItemProps,
} from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type Html = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "color" | "style"> & {
  ref?: Ref<HTMLAnchorElement>;
};

export const LinkButton = createLink((props: Html & ButtonProps) => (
  <Button component="a" {...props} />
));

export const TextLink = createLink((props: Html & AnchorProps) => <Anchor {...props} />);

/** An entry of a menu that leads somewhere. */
export const MenuLink = createLink((props: Html & MenuItemProps) => (
  <Menu.Item component="a" {...props} />
));

/** The address of a room, to send to people. */
export function roomLink(roomId: string): string {
  return new URL(`/rooms/${encodeURIComponent(roomId)}`, window.location.origin).href;
}
