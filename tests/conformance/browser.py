"""The published browser SDK in Chromium, driven like the client programs."""

from __future__ import annotations

from typing import Any

from playwright.async_api import BrowserContext, Error, Page

from tests.conformance.driver import HERE, CommandFailed, Driven

LIBRARY = HERE.parents[1] / "web" / "node_modules" / "livekit-client" / "dist"

_CALL = """async ([command, given]) => {
  try {
    return { result: (await window.conformance[command](given)) ?? null };
  } catch (error) {
    return { error: { message: String(error.message ?? error), code: String(error.code ?? "") } };
  }
}"""


class InBrowser(Driven):
    """One page; ``single`` False is signalling v0."""

    def __init__(self, name: str, page: Page, *, single: bool) -> None:
        self.name, self.identity = name, ""
        self._page, self._single = page, single

    async def do(self, command: str, **given: Any) -> Any:
        if command == "join":
            given.setdefault("single", self._single)
        try:
            answer = await self._page.evaluate(_CALL, [command, given])
        except Error as error:
            raise CommandFailed(str(error), "") from error
        if failed := answer.get("error"):
            raise CommandFailed(str(failed["message"]), str(failed["code"]))
        return answer["result"]

    async def end(self) -> None:
        await self._page.close()


async def open_page(context: BrowserContext, origin: str, name: str) -> InBrowser:
    """A page of the server's own origin with the SDK and nothing else."""
    page = await context.new_page()
    await page.add_init_script(path=LIBRARY / "livekit-client.umd.js")
    await page.add_init_script(path=HERE / "browser.js")
    await page.goto(origin)
    return InBrowser(name, page, single=name != "browser v0")
