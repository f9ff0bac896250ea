/** The way from a product's form back to the list. */
import { Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { IconArrowLeft } from "../../shared/icons";
import { TextLink } from "../../shared/links";
import classes from "./Editor.module.css";

export function BackToProducts() {
  const { t } = useTranslation();
  return (
    <TextLink
      to="/products"
      activeOptions={{ exact: true }}
      className={classes.open}
      style={{ alignSelf: "flex-start" }}
    >
      <Group gap={6}>
        <IconArrowLeft size={18} /> {t("products.title")}
      </Group>
    </TextLink>
  );
}
