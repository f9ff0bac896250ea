/** Changes one person's role at once, with an undo. */
import { NativeSelect, Tooltip } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "../../api/client";
import type { Role, User } from "../../api/types";
import { useMe } from "../../api/useSession";
import { notice, problemNotice } from "../../shared/notice";

const ROLES: readonly Role[] = ["customer", "host", "admin"];

export function RoleSelect({ user }: { user: User }) {
  const { t } = useTranslation();
  const own = useMe()?.id === user.id;
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (role: Role) =>
      unwrap(
        api.PATCH("/api/v1/users/{user_id}", {
          params: { path: { user_id: user.id } },
          body: { role },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["users"] }),
    onError: problemNotice,
  });
  const choose = (role: Role) => {
    const before = user.role;
    change.mutate(role, {
      onSuccess: () =>
        notice({
          message: t("people.changed", { name: user.name, role: t(`common.role.${role}`) }),
          action: { label: t("people.undo"), run: () => change.mutate(before) },
        }),
    });
  };
  return (
    <Tooltip label={t("people.ownRole")} disabled={!own}>
      <NativeSelect
        value={change.isPending ? change.variables : user.role}
        disabled={own || change.isPending}
        onChange={(event) => choose(event.currentTarget.value as Role)}
        data={ROLES.map((role) => ({ value: role, label: t(`common.role.${role}`) }))}
        aria-label={t("people.roleOf", { name: user.name })}
        data-testid="role"
      />
    </Tooltip>
  );
}
