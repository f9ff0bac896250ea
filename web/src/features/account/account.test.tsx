import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { session } from "../../api/session";
import { i18n } from "../../i18n";
import { json, problem, serve } from "../../testing/answers";
import { renderAt } from "../../testing/render";
import { checkNewPassword, looksLikeEmail } from "./forms";
import { Register } from "./Register";
import { SetUp, tokenFromHash } from "./SetUp";
import { SignIn } from "./SignIn";

const TOKENS = { access_token: "a", token_type: "Bearer", expires_in: 900, refresh_token: null };
const NEEDED = { "GET /api/v1/users/setup": json({ needed: false }) };

beforeEach(() => session.end());

async function fill(fields: Record<string, string>) {
  const user = userEvent.setup();
  for (const [name, value] of Object.entries(fields)) {
    await user.type(screen.getByTestId(name), value);
  }
  await user.click(screen.getByTestId("submit"));
}

describe("sign-in", () => {
  it("asks for a cookie session and returns to where the person came from", async () => {
    const { sent } = serve({ ...NEEDED, "POST /api/v1/users/login": json(TOKENS) });
    const page = await renderAt(SignIn, { path: "/sign-in", at: "/sign-in?next=%2Frooms%2F7" });
    await fill({ email: "ana@example.com", password: "correct horse" });
    await waitFor(() => expect(page.address()).toBe("/rooms/7"));
    expect(sent.find((call) => call.method === "POST")?.body).toEqual({
      email: "ana@example.com",
      password: "correct horse",
      session: "cookie",
    });
    expect(session.getStatus()).toBe("signed-in");
  });

  it("says what is wrong, with code and request id, and keeps what was typed", async () => {
    serve({
      ...NEEDED,
      "POST /api/v1/users/login": problem(401, "auth.invalid_credentials"),
    });
    await renderAt(SignIn, { path: "/sign-in" });
    await fill({ email: "ana@example.com", password: "wrong one" });
    expect(await screen.findByTestId("problem")).toHaveTextContent("don’t match");
    expect(screen.getByTestId("problem-details")).toHaveTextContent(
      "auth.invalid_credentials · req-1",
    );
    expect(screen.getByTestId("email")).toHaveValue("ana@example.com");
  });

  it("points out empty fields before asking the server", async () => {
    const { sent } = serve(NEEDED);
    await renderAt(SignIn, { path: "/sign-in" });
    await userEvent.click(screen.getByTestId("submit"));
    expect(screen.getByTestId("email")).toHaveAccessibleDescription("Please fill this in.");
    expect(screen.getByTestId("email")).toBeInvalid();
    expect(sent.filter((call) => call.method === "POST")).toEqual([]);
  });

  it("tells whoever opens a fresh server that it is not set up", async () => {
    serve({ "GET /api/v1/users/setup": json({ needed: true }) });
    await renderAt(SignIn, { path: "/sign-in" });
    expect(await screen.findByTestId("set-up-needed")).toBeVisible();
  });
});

describe("register", () => {
  const account = { name: "Budi", email: "budi@example.com", password: "correct horse" };

  it("makes the account in the page's language and signs in", async () => {
    const user = { id: "1", ...account, role: "customer", locale: "en", created_at: "" };
    const { sent } = serve({
      "POST /api/v1/users/register": json(user, 201),
      "POST /api/v1/users/login": json(TOKENS),
    });
    const page = await renderAt(Register, { path: "/register" });
    await fill(account);
    await waitFor(() => expect(page.address()).toBe("/"));
    expect(sent[0]?.body).toEqual({ ...account, locale: i18n.language });
  });

  it("puts a taken address at its field", async () => {
    serve({ "POST /api/v1/users/register": problem(409, "users.email_taken") });
    await renderAt(Register, { path: "/register" });
    await fill(account);
    await waitFor(() => expect(screen.getByTestId("email")).toBeInvalid());
    expect(screen.getByTestId("email")).toHaveAccessibleDescription(/There is an account/);
    expect(screen.queryByTestId("problem")).toBeNull();
  });

  it("puts the server's wrong fields at theirs", async () => {
    const errors = [{ field: "name", code: "too_long", message: "At most 100 characters." }];
    serve({ "POST /api/v1/users/register": problem(422, "validation.failed", { errors }) });
    await renderAt(Register, { path: "/register" });
    await fill(account);
    await waitFor(() =>
      expect(screen.getByTestId("name")).toHaveAccessibleDescription(/This is too long/),
    );
  });
});

describe("set-up", () => {
  it("leads to sign-in once there is an administrator", async () => {
    serve(NEEDED);
    await renderAt(SetUp, { path: "/set-up" });
    expect(await screen.findByRole("link", { name: "Go to sign in" })).toHaveAttribute(
      "href",
      "/sign-in",
    );
  });

  it("asks for the link when it was opened without one", async () => {
    serve({ "GET /api/v1/users/setup": json({ needed: true }) });
    await renderAt(SetUp, { path: "/set-up" });
    expect(await screen.findByTestId("set-up-no-token")).toBeVisible();
  });

  it("reads the token from behind the #", () => {
    expect(tokenFromHash("#token=a-b_c")).toBe("a-b_c");
    expect(tokenFromHash("#token=")).toBeNull();
    expect(tokenFromHash("")).toBeNull();
  });
});

describe("rules of the forms", () => {
  it("count a password in characters for its least and in bytes for its most", () => {
    expect(checkNewPassword(i18n.t, "seven77")).toContain("8 characters");
    expect(checkNewPassword(i18n.t, "é".repeat(36))).toBeNull();
    expect(checkNewPassword(i18n.t, "é".repeat(37))).toContain("72 bytes");
  });

  it.each([
    ["ana@example.com", true],
    [" ana@example.co.id ", true],
    ["ana@example", false],
    ["ana example.com", false],
    ["@example.com", false],
  ])("%s is an address: %s", (value, expected) => {
    expect(looksLikeEmail(value)).toBe(expected);
  });
});
