import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { session } from "../../api/session";
import type { Room } from "../../api/types";
import { json, problem, serve } from "../../testing/answers";
import { renderAt } from "../../testing/render";
import { RoomsPage } from "./RoomsPage";

const TOKENS = {
  access_token: "a",
  token_type: "Bearer" as const,
  expires_in: 900,
  refresh_token: null,
};

const person = (role: string) =>
  json({ id: "1", email: "h@example.com", name: "Hana", role, locale: "en", created_at: "" });

const room = (extra: Partial<Room> = {}): Room => ({
  id: "r1",
  name: "Lesson",
  policy: "signed_in",
  status: "open",
  host: { id: "1", name: "Hana" },
  invited: [],
  participant_count: 0,
  can_manage: true,
  created_at: "2026-01-01T10:00:00Z",
  ended_at: null,
  ...extra,
});

const list = (...items: Room[]) => json({ items, next_cursor: null });
const show = () => renderAt(RoomsPage, { path: "/", inOffice: true });

beforeEach(() => session.accept(TOKENS));

describe("the rooms of a host", () => {
  it("teach how to begin when there is none", async () => {
    serve({ "GET /api/v1/users/profile": person("host"), "GET /api/v1/calls/rooms": list() });
    await show();
    expect(await screen.findByTestId("rooms-empty")).toHaveTextContent("Copy its link");
  });

  it("show who is in the call and offer the way in", async () => {
    serve({
      "GET /api/v1/users/profile": person("host"),
      "GET /api/v1/calls/rooms": list(room({ participant_count: 3 })),
    });
    await show();
    expect(await screen.findByTestId("participant-count")).toHaveTextContent(
      "3 people in the call",
    );
    expect(screen.getByTestId("enter-room")).toHaveAttribute("href", "/rooms/r1");
  });

  it("make a room for invited people", async () => {
    const { sent } = serve({
      "GET /api/v1/users/profile": person("host"),
      "GET /api/v1/calls/rooms": list(),
      "POST /api/v1/calls/rooms": json(room(), 201),
    });
    await show();
    const user = userEvent.setup();
    await user.click(await screen.findByTestId("new-room"));
    await user.type(screen.getByTestId("room-name"), "Piano");
    await user.click(screen.getByTestId("policy-invited"));
    await user.type(screen.getByTestId("room-invited"), "ana@example.com{Enter}");
    await user.click(screen.getByTestId("save-room"));
    await waitFor(() =>
      expect(sent.find((call) => call.method === "POST")?.body).toEqual({
        name: "Piano",
        policy: "invited",
        invited: ["ana@example.com"],
      }),
    );
  });

  it("refuse an invitation to something that is no address", async () => {
    const { sent } = serve({
      "GET /api/v1/users/profile": person("host"),
      "GET /api/v1/calls/rooms": list(),
    });
    await show();
    const user = userEvent.setup();
    await user.click(await screen.findByTestId("new-room"));
    await user.type(screen.getByTestId("room-name"), "Piano");
    await user.click(screen.getByTestId("policy-invited"));
    await user.type(screen.getByTestId("room-invited"), "ana{Enter}");
    await user.click(screen.getByTestId("save-room"));
    expect(await screen.findByText(/“ana” doesn’t look like/)).toBeVisible();
    expect(sent.some((call) => call.method === "POST")).toBe(false);
  });

  it("end a room only after a word about who is sent out, and bring it back if refused", async () => {
    serve({
      "GET /api/v1/users/profile": person("host"),
      "GET /api/v1/calls/rooms": list(room({ participant_count: 2 })),
      "DELETE /api/v1/calls/rooms/r1": problem(500, "core.error"),
    });
    await show();
    const user = userEvent.setup();
    await user.click(await screen.findByTestId("room-menu"));
    await user.click(screen.getByTestId("end-room"));
    const dialog = await screen.findByRole("dialog");
    expect(dialog).toHaveTextContent("2 people are in the call and will be sent out");
    await user.click(within(dialog).getByTestId("confirm-end"));
    expect(await screen.findByText(/core\.error · req-1/)).toBeVisible();
    expect(screen.getByTestId("room")).toBeVisible();
  });

  it("say what failed, with a way to try again", async () => {
    serve({
      "GET /api/v1/users/profile": person("host"),
      "GET /api/v1/calls/rooms": problem(404, "some.code"),
    });
    await show();
    expect(await screen.findByTestId("problem-details")).toHaveTextContent("some.code · req-1");
    expect(screen.getByRole("button", { name: "Try again" })).toBeVisible();
  });
});

describe("the rooms of a customer", () => {
  it("offer nothing to create or to manage", async () => {
    serve({
      "GET /api/v1/users/profile": person("customer"),
      "GET /api/v1/calls/rooms": list(room({ can_manage: false, host: { id: "2", name: "Ana" } })),
    });
    await show();
    expect(await screen.findByText("Hosted by Ana")).toBeVisible();
    expect(screen.queryByTestId("new-room")).toBeNull();
    expect(screen.queryByTestId("room-menu")).toBeNull();
  });
});
