import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { renderAt } from "../../testing/render";
import { DeviceHelp } from "../prejoin/DeviceHelp";
import type { Failure } from "../prejoin/failure";
import type { Over } from "./over";
import { OverPage } from "./OverPage";

describe("after the call", () => {
  const rejoin = vi.fn();
  beforeEach(() => rejoin.mockClear());

  it.each([
    ["left", true],
    ["lost", true],
    ["blocked", true],
    ["shutdown", true],
    ["elsewhere", true],
    ["ended", false],
    ["removed", false],
  ] as const)(
    "the page %s has words of its own and a way on (back in: %s)",
    async (over: Over, back) => {
      await renderAt(() => <OverPage over={over} onRejoin={rejoin} />, { path: "/" });
      expect(screen.getByTestId(`over-${over}`)).toBeVisible();
      expect(screen.getByRole("heading", { level: 1 })).not.toBeEmptyDOMElement();
      expect(screen.getByTestId("to-rooms")).toHaveAttribute("href", "/");
      if (!back) {
        expect(screen.queryByTestId("rejoin")).toBeNull();
        return;
      }
      await userEvent.click(screen.getByTestId("rejoin"));
      expect(rejoin).toHaveBeenCalledTimes(1);
    },
  );
});

describe("a camera that did not start", () => {
  it.each([
    ["refused", "Your browser blocks your camera", true],
    ["missing", "We found no camera", true],
    ["busy", "Another program is using your camera", true],
    ["unknown", "Your camera did not start", true],
    ["insecure", "Your browser allows no camera on this address", false],
  ] as const)("because it is %s says what to do", async (failure: Failure, title, again) => {
    const retry = vi.fn();
    await renderAt(() => <DeviceHelp kind="camera" failure={failure} onRetry={retry} />, {
      path: "/",
    });
    expect(screen.getByTestId("camera-help")).toHaveTextContent(title);
    const button = screen.queryByTestId("camera-retry");
    if (!again) {
      expect(button).toBeNull();
      return;
    }
    await userEvent.click(screen.getByTestId("camera-retry"));
    expect(retry).toHaveBeenCalledTimes(1);
  });
});
