"""The published browser SDK alone, on a page of the product's origin without our app."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.e2e.product import Product

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "web" / "node_modules" / "livekit-client" / "dist" / "livekit-client.umd.js"
SCRIPT = Path(__file__).with_suffix(".js")


async def blank(page: Page, product: Product) -> None:
    """A page of the product's origin (cameras need a trustworthy one) with the SDK and no app."""
    await page.add_init_script(path=LIBRARY)
    await page.add_init_script(path=SCRIPT)
    await page.goto(f"{product.url}/health")


async def call(page: Page, name: str, *arguments: object) -> Any:
    """Call one of the functions of browser_sdk.js."""
    script = "([name, values]) => window.participant[name](...values)"
    return await page.evaluate(script, [name, list(arguments)])
