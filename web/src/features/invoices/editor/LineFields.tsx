/** One line of an invoice: a product or free text, how many, at what price, less what, with which taxes. */
import { ActionIcon, Group, MultiSelect, NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Tax } from "../../../api/billing";
import { IconTrash } from "../../../shared/icons";
import { MoneyInput } from "../../../shared/MoneyInput";
import { formatRate } from "../../../shared/rates";
import classes from "../invoices.module.css";
import type { LineFault, LineForm } from "./draft";
import { ProductField } from "./ProductField";

interface LineFieldsProps {
  line: LineForm;
  index: number;
  currency: string;
  taxes: Tax[];
  faults: LineFault[];
  onChange: (part: Partial<LineForm>) => void;
  /** null: the last line stays. */
  onRemove: (() => void) | null;
}

/** A number as people type it, with a comma or a point. */
const number = (text: string) => text.trim().replace(",", ".");

export function LineFields(props: LineFieldsProps) {
  const { line, index, currency, taxes, faults, onChange, onRemove } = props;
  const { t, i18n } = useTranslation();
  const wrong = (field: LineFault) =>
    faults.includes(field) ? t(`invoiceEditor.fault.${field}`) : undefined;
  return (
    <div
      role="group"
      aria-label={t("invoiceEditor.line", { number: index + 1 })}
      data-testid="line"
    >
      <div className={classes.line}>
        <ProductField
          value={line.description}
          error={wrong("description")}
          onText={(description) =>
            // An emptied field is a new beginning; other words describe the same product.
            onChange(description === "" ? { description, productId: null } : { description })
          }
          onProduct={(product) =>
            onChange({
              productId: product.id,
              description: product.name,
              unitPrice: product.price,
              taxIds: null,
            })
          }
        />
        <TextInput
          label={t("invoices.quantity")}
          inputMode="decimal"
          value={line.quantity}
          onChange={(event) => onChange({ quantity: number(event.currentTarget.value) })}
          error={wrong("quantity")}
          data-testid="line-quantity"
        />
        <MoneyInput
          label={t("invoices.unitPrice")}
          currency={currency}
          value={line.unitPrice}
          onChange={(unitPrice) => onChange({ unitPrice })}
          error={wrong("unitPrice")}
          data-testid="line-price"
        />
      </div>
      <div className={classes.lineMore} style={{ marginTop: 12 }}>
        <NativeSelect
          label={t("invoiceEditor.discountKind")}
          value={line.discountKind}
          onChange={(event) =>
            onChange({
              discountKind: event.currentTarget.value === "amount" ? "amount" : "percent",
              discount: "",
            })
          }
          data={[
            { value: "percent", label: t("invoiceEditor.percent") },
            { value: "amount", label: currency },
          ]}
          data-testid="line-discount-kind"
        />
        {line.discountKind === "amount" ? (
          <MoneyInput
            label={t("invoiceEditor.discount")}
            currency={currency}
            value={line.discount}
            onChange={(discount) => onChange({ discount })}
            data-testid="line-discount"
          />
        ) : (
          <TextInput
            label={t("invoiceEditor.discount")}
            inputMode="decimal"
            value={line.discount}
            onChange={(event) => onChange({ discount: number(event.currentTarget.value) })}
            rightSection={<span aria-hidden>%</span>}
            error={wrong("discount")}
            data-testid="line-discount"
          />
        )}
        <Group gap="xs" wrap="nowrap" align="flex-end">
          <MultiSelect
            label={t("invoiceEditor.taxes")}
            placeholder={line.taxIds === null ? t("invoiceEditor.taxesDefault") : undefined}
            data={taxes.map((tax) => ({
              value: tax.id,
              label: `${tax.name} ${formatRate(tax.rate, i18n.language)}%`,
            }))}
            value={line.taxIds ?? []}
            onChange={(taxIds) => onChange({ taxIds })}
            style={{ flex: 1, minWidth: 0 }}
            data-testid="line-taxes"
          />
          {onRemove !== null && (
            <ActionIcon
              variant="subtle"
              color="red"
              onClick={onRemove}
              aria-label={t("invoiceEditor.removeLine", { number: index + 1 })}
              data-testid="remove-line"
            >
              <IconTrash size={20} />
            </ActionIcon>
          )}
        </Group>
      </div>
    </div>
  );
}
