"""The look of the card page: one self-contained document, without scripts, light and dark."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from html import escape

STYLE = """
:root { color-scheme: light dark; --page: #f3f6f6; --card: #fff; --text: #12181b; --quiet: #4d5a61;
  --line: #cfd8dc; --accent: #135451; --on-accent: #fff; --trial: #fff3bf; --on-trial: #5c4000;
  --bad: #b42318; --bad-back: #fff1f0; }
@media (prefers-color-scheme: dark) { :root { --page: #0b0f11; --card: #1a2125; --text: #e8eef0;
  --quiet: #a9b6bc; --line: #465057; --accent: #7fd8cc; --on-accent: #06201e; --trial: #3b2f00;
  --on-trial: #ffe066; --bad: #ffa8a8; --bad-back: #3a1618; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; }
main { width: min(30rem, 100% - 2rem); margin: 0 auto; padding: 1.5rem 0 3rem; }
.trial { background: var(--trial); color: var(--on-trial); padding: .75rem 1rem; font-weight: 600;
  text-align: center; }
.top { display: flex; justify-content: space-between; align-items: center; gap: 1rem; }
h1 { font-size: 1.25rem; margin: 0; }
h2 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
  padding: 1.25rem; margin-top: 1rem; }
.amount { font-size: 2rem; font-weight: 700; line-height: 1.2; margin: 0;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); margin: .25rem 0 0; overflow-wrap: anywhere; }
label { display: block; font-weight: 600; margin: 1.25rem 0 .35rem; }
input { width: 100%; min-height: 3rem; padding: 0 .9rem; font: inherit; color: inherit;
  background: var(--page); border: 1px solid var(--quiet); border-radius: .6rem;
  font-variant-numeric: tabular-nums; }
input[aria-invalid] { border: 2px solid var(--bad); }
button, .button { display: flex; align-items: center; justify-content: center; width: 100%;
  min-height: 3rem; padding: .5rem 1rem; margin-top: .75rem; font: inherit; font-weight: 600;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent;
  border-radius: .6rem; cursor: pointer; text-decoration: none; }
button.second { color: var(--text); background: transparent; border-color: var(--line); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); display: inline-flex; align-items: center; min-height: 2.75rem; }
ul { list-style: none; margin: 0; padding: 0; }
li + li { border-top: 1px solid var(--line); }
li button { margin: 0; padding: .6rem .25rem; display: block; text-align: left; color: inherit;
  background: transparent; border: 0; border-radius: .4rem; font-weight: 400; }
li button:hover { background: var(--page); }
li strong { display: block; font-variant-numeric: tabular-nums; }
li span { color: var(--quiet); }
.bad { background: var(--bad-back); color: var(--bad); border-radius: .6rem; padding: .6rem .9rem;
  margin: .75rem 0 0; }
"""
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def security_headers(form_target: str | None) -> Mapping[str, str]:
    """A page that runs nothing, is framed by nobody and leads only to itself and the shop.

    ``form_target``: the origin of the shop; browsers hold the redirect after a form to it.
    """
    targets = f"'self' {form_target}" if form_target else "'self'"
    return {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": (
            f"default-src 'none'; style-src 'sha256-{_DIGEST}'; img-src data:; "
            f"form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
        ),
        "referrer-policy": "no-referrer",
        "x-frame-options": "DENY",
    }


def document(language: str, texts: Mapping[str, str], title: str, content: str) -> bytes:
    """The whole page around ``content`` (which is HTML already)."""
    other = "en" if language == "id" else "id"
    trial, link = escape(texts["trial"]), escape(texts["other_language"])
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<div class="trial" role="note">{trial}</div>
<main>
<div class="top"><h1>{escape(title)}</h1>
<a href="?lang={other}" lang="{other}" hreflang="{other}">{link}</a></div>
{content}
</main>
</body>
</html>
""".encode()
