/** One's own account: name, language, look. */
import {
  Button,
  Paper,
  SegmentedControl,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
  useMantineColorScheme,
  type MantineColorScheme,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import type { Locale, User } from "../../api/types";
import { PROFILE, profileQuery } from "../../api/useSession";
import { chooseLocale, LOCALES } from "../../i18n";
import { notice, problemNotice } from "../../shared/notice";
import { ProblemNotice } from "../../shared/ProblemNotice";
import { splitProblem } from "../../shared/problemText";
import { usePageTitle } from "../../shared/usePageTitle";
import { checkRequired } from "../account/forms";

function useSaveProfile() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: { name?: string; locale?: Locale }): Promise<User> =>
      unwrap(api.PATCH("/api/v1/users/profile", { body: change })),
    onSuccess: (user) => queries.setQueryData(PROFILE, user),
  });
}

export function ProfilePage() {
  const { t } = useTranslation();
  usePageTitle(t("account.profile.title"));
  const profile = useQuery(profileQuery);
  return (
    <Stack gap="lg" maw={560}>
      <Title order={1}>{t("account.profile.title")}</Title>
      {profile.isError && (
        <ProblemNotice error={profile.error} onRetry={() => void profile.refetch()} />
      )}
      {profile.isPending && <Skeleton height={280} radius="lg" />}
      {profile.data !== undefined && <NameForm user={profile.data} />}
      {profile.data !== undefined && <LookForm />}
    </Stack>
  );
}

function NameForm({ user }: { user: User }) {
  const { t } = useTranslation();
  const save = useSaveProfile();
  const form = useForm({
    initialValues: { name: user.name },
    validate: { name: (value) => checkRequired(t, value) },
  });
  const rest = save.isError ? splitProblem(t, save.error, ["name"]).rest : null;
  const submit = (values: { name: string }) =>
    save.mutate(
      { name: values.name.trim() },
      {
        onSuccess: () => notice({ message: t("account.profile.saved") }),
        onError: (error) => form.setErrors(splitProblem(t, error, ["name"]).byField),
      },
    );
  return (
    <Paper withBorder radius="lg" p="lg">
      <form onSubmit={form.onSubmit(submit)} noValidate data-testid="profile-form">
        <Stack>
          <Title order={2} size="h4">
            {t("account.profile.about")}
          </Title>
          {rest !== null && <ProblemNotice error={rest} />}
          <TextInput
            label={t("account.name")}
            description={t("account.nameHint")}
            autoComplete="name"
            data-testid="name"
            {...form.getInputProps("name")}
          />
          <Fact label={t("account.email")} value={user.email} />
          <Fact label={t("account.profile.role")} value={t(`common.role.${user.role}`)} />
          <Button type="submit" loading={save.isPending} style={{ alignSelf: "flex-start" }}>
            {t("common.save")}
          </Button>
        </Stack>
      </form>
    </Paper>
  );
}

function Fact({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="sm" fw={500}>
        {label}
      </Text>
      <Text>{value}</Text>
    </div>
  );
}

function LookForm() {
  const { t, i18n } = useTranslation();
  const save = useSaveProfile();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const changeLocale = async (locale: Locale) => {
    const before = i18n.language as Locale;
    await chooseLocale(locale);
    save.mutate(
      { locale },
      {
        onError: (error) => {
          void chooseLocale(before);
          problemNotice(error);
        },
      },
    );
  };
  return (
    <Paper withBorder radius="lg" p="lg">
      <Stack>
        <div>
          <Title order={2} size="h4">
            {t("account.profile.look")}
          </Title>
          <Text size="sm" c="dimmed">
            {t("account.profile.lookHint")}
          </Text>
        </div>
        <SegmentedControl
          value={i18n.language}
          onChange={(value) => void changeLocale(value as Locale)}
          data={LOCALES.map((locale) => ({ value: locale, label: t(`common.language.${locale}`) }))}
          aria-label={t("common.language.label")}
          data-testid="language"
        />
        <SegmentedControl
          value={colorScheme}
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
          data={(["light", "dark", "auto"] as const).map((value) => ({
            value,
            label: t(`common.theme.${value}`),
          }))}
          aria-label={t("common.theme.label")}
          data-testid="theme"
        />
      </Stack>
    </Paper>
  );
}
