/** A whole number of pieces, with a button on either side. */
import { ActionIcon, Group, NumberInput } from "@mantine/core";
import { IconMinus, IconPlus } from "./icons";

interface QuantityProps {
  value: number;
  /** Never below 1. */
  onChange: (value: number) => void;
  max: number;
  label: string;
  lessLabel: string;
  moreLabel: string;
  testId?: string;
}

export function Quantity(props: QuantityProps) {
  const { value, onChange, max, label, lessLabel, moreLabel, testId = "quantity" } = props;
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        variant="default"
        aria-label={lessLabel}
        disabled={value <= 1}
        onClick={() => onChange(value - 1)}
        data-testid={`${testId}-less`}
      >
        <IconMinus size={18} />
      </ActionIcon>
      <NumberInput
        size="md"
        aria-label={label}
        value={value}
        onChange={(next) => {
          if (typeof next === "number" && next >= 1) onChange(Math.min(next, max));
        }}
        min={1}
        max={max}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        selectAllOnFocus
        w={64}
        styles={{ input: { textAlign: "center", paddingInline: 4 } }}
        data-testid={testId}
      />
      <ActionIcon
        variant="default"
        aria-label={moreLabel}
        disabled={value >= max}
        onClick={() => onChange(value + 1)}
        data-testid={`${testId}-more`}
      >
        <IconPlus size={18} />
      </ActionIcon>
    </Group>
  );
}
