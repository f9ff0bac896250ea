/** A search that lives in the address, so that it can be sent and survives a reload. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { IconSearch } from "../../shared/icons";
import { useDebouncedHere } from "../../shared/useDebouncedHere";

interface SearchFieldProps {
  value: string;
  label: string;
  onSearch: (text: string | undefined) => void;
  className?: string;
  testId: string;
}

const PAUSE_MS = 250;

export function SearchField({ value, label, onSearch, className, testId }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  const [seen, setSeen] = useState(value);
  // The address changed by itself: the browser's back button, or cleared filters.
  if (seen !== value) {
    setSeen(value);
    if (typed.trim() !== value) setTyped(value);
  }
  const apply = useDebouncedHere((text: string) => onSearch(text.trim() || undefined), PAUSE_MS);
  return (
    <TextInput
      type="search"
      size="md"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={18} />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        apply(event.currentTarget.value);
      }}
      className={className}
      data-testid={testId}
    />
  );
}
