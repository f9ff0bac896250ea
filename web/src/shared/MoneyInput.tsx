/** A field for money: typed as the language writes it, kept as the wire has it ("1250.50"). */
import { NumberInput, type NumberInputProps } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { currencySign, minorDigits, separators } from "./money";

interface MoneyInputProps extends Omit<NumberInputProps, "value" | "onChange" | "defaultValue"> {
  currency: string;
  /** A decimal string, or "" while nothing is typed. */
  value: string;
  onChange: (value: string) => void;
}

export function MoneyInput({ currency, value, onChange, ...props }: MoneyInputProps) {
  const { i18n } = useTranslation();
  const { group, decimal } = separators(i18n.language);
  const sign = currencySign(currency, i18n.language);
  return (
    <NumberInput
      {...props}
      value={value}
      // Typing asks with the exact text; the number that the field also offers would be a float.
      onValueChange={(next, { source }) => {
        if ((source as string) === "event") onChange(next.value);
      }}
      decimalScale={minorDigits(currency)}
      decimalSeparator={decimal}
      thousandSeparator={group}
      allowedDecimalSeparators={[decimal]}
      allowNegative={false}
      allowLeadingZeros={false}
      inputMode="decimal"
      withKeyboardEvents={false}
      hideControls
      leftSection={<span aria-hidden>{sign}</span>}
      leftSectionWidth={sign.length > 1 ? 52 : 40}
    />
  );
}
