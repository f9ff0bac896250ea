/** The category of a product, with a new one made on the spot. */
import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { IconPlus } from "../../shared/icons";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { flatten } from "../catalogue/categories";
import { categoriesQuery } from "../catalogue/queries";
import type { ProductFormValues } from "./ProductForm";
import { useCreateCategory } from "./queries";
import classes from "./Editor.module.css";

export function CategoryField({ form }: { form: ProductFormValues }) {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  const options = useCategoryOptions();
  return (
    <div className={classes.category}>
      <Select
        size="md"
        label={t("products.category")}
        placeholder={t("products.noCategory")}
        data={options}
        searchable
        clearable
        clearButtonProps={{ "aria-label": t("products.noCategory") }}
        flex="1 1 220px"
        data-testid="product-category"
        {...form.getInputProps("category")}
      />
      <Button
        variant="default"
        leftSection={<IconPlus size={18} />}
        onClick={open}
        data-testid="new-category"
      >
        {t("products.newCategory")}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={t("products.newCategory")}
        closeButtonProps={{ "aria-label": t("common.close"), size: 44, iconSize: 20 }}
      >
        <NewCategory
          onMade={(id) => {
            form.setFieldValue("category", id);
            close();
          }}
          onCancel={close}
        />
      </Modal>
    </div>
  );
}

function useCategoryOptions() {
  const categories = useQuery(categoriesQuery);
  return flatten(categories.data ?? []).map(({ id, path }) => ({ value: id, label: path }));
}

interface NewCategoryProps {
  onMade: (id: string) => void;
  onCancel: () => void;
}

const FIELDS = ["name", "parent_id"] as const;

function NewCategory({ onMade, onCancel }: NewCategoryProps) {
  const { t } = useTranslation();
  const options = useCategoryOptions();
  const [name, setName] = useState("");
  const [parent, setParent] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const create = useCreateCategory();
  const split = create.isError ? splitProblem(t, create.error, FIELDS) : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The product's own form lies around this one and must not be sent.
    event.stopPropagation();
    setMissing(name.trim() === "");
    if (name.trim() === "") return;
    create.mutate(
      { name: name.trim(), parent_id: parent },
      { onSuccess: (category) => onMade(category.id) },
    );
  };
  return (
    <form onSubmit={submit} noValidate data-testid="category-form">
      <Stack>
        {split?.rest != null && <ProblemNotice error={split.rest} />}
        <TextInput
          size="md"
          label={t("products.categoryName")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={missing ? t("account.required") : split?.byField.name}
          maxLength={60}
          data-autofocus
          data-testid="category-name"
        />
        {options.length > 0 && (
          <Select
            size="md"
            label={t("products.categoryParent")}
            placeholder={t("products.categoryTop")}
            data={options}
            value={parent}
            onChange={setParent}
            error={split?.byField.parent_id}
            clearable
            clearButtonProps={{ "aria-label": t("products.categoryTop") }}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={create.isPending} data-testid="save-category">
            {t("products.categoryCreate")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
