/** What kind of thing a product is; each says what it means. */
import { Group, Radio, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ProductKind } from "../../api/shop";
import { KindIcon } from "../catalogue/KindIcon";
import { KINDS } from "../catalogue/search";
import classes from "./Editor.module.css";

interface KindFieldProps {
  value: ProductKind;
  onChange: (kind: ProductKind) => void;
}

export function KindField({ value, onChange }: KindFieldProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group
      label={t("products.kind")}
      value={value}
      onChange={(kind) => onChange(kind as ProductKind)}
    >
      <div className={classes.kinds}>
        {KINDS.map((kind) => (
          <Radio.Card
            key={kind}
            value={kind}
            radius="lg"
            p="md"
            className={classes.kind}
            aria-label={t(`products.kinds.${kind}.label`)}
            data-testid={`kind-${kind}`}
          >
            <Group gap="sm" wrap="nowrap" align="flex-start">
              <KindIcon kind={kind} />
              <div>
                <Text fw={600}>{t(`products.kinds.${kind}.label`)}</Text>
                <Text size="sm" c="dimmed">
                  {t(`products.kinds.${kind}.hint`)}
                </Text>
              </div>
            </Group>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}
