"""Pages of ours that are forms and nothing else: logging in, setting a password. No script, one style."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from starlette.responses import HTMLResponse, Response

from core.security import headers

STYLE = """
:root {color-scheme: light dark; --line: #d9dae3; --soft: #696b7b; --back: #f7f7fa; --card: #fff; --wrong: #b3261e}
@media (prefers-color-scheme: dark) {
  :root {--line: #383b48; --soft: #a2a5b4; --back: #14151b; --card: #1c1d26; --wrong: #ff8a80}}
* {box-sizing: border-box}
body {margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--back);
  font: 16px/1.5 "Source Sans Pro", "Segoe UI", Helvetica, Arial, sans-serif}
main {width: 100%; max-width: 26rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .75rem; padding: 1.75rem}
h1 {font-size: 1.25rem; margin: 0 0 .25rem}
p {margin: .25rem 0 1rem; color: var(--soft); font-size: .95rem; overflow-wrap: anywhere}
p.wrong {color: var(--wrong); font-weight: 600}
label {display: block; font-weight: 600; font-size: .9rem; margin: .75rem 0 .25rem}
input {width: 100%; padding: .6rem .7rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: .5rem}
input:focus-visible, button:focus-visible, a:focus-visible {outline: 3px solid #7464e6; outline-offset: 2px}
small {display: block; color: var(--soft)}
button, a.button {display: block; width: 100%; margin-top: 1.25rem; padding: .65rem 1rem; border: 0; border-radius: .5rem;
  background: #5a3fd1; color: #fff; font: inherit; font-weight: 600; cursor: pointer; text-align: center;
  text-decoration: none}
button.plain, a.plain {background: none; color: inherit; border: 1px solid var(--line)}
code, pre {font-family: ui-monospace, Consolas, monospace; font-size: .95rem; overflow-wrap: anywhere}
pre {border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; white-space: pre-wrap}
table {width: 100%; border-collapse: collapse; font-size: .9rem}
td {padding: .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere}
hr {border: 0; border-top: 1px solid var(--line); margin: 1.5rem 0}
"""


@dataclass(frozen=True)
class Input:
    """One field of a form. `kind` is that of HTML; `complete` what a password manager fills in."""

    name: str
    label: str
    kind: str = "text"
    complete: str = "off"
    help: str = ""
    value: str = ""
    needed: bool = True


def field(given: Input) -> str:
    """The field with its label."""
    if given.kind == "hidden":
        return f'<input type="hidden" name="{escape(given.name)}" value="{escape(given.value)}">'
    needed = " required" if given.needed else ""
    help_ = f"<small>{escape(given.help)}</small>" if given.help else ""
    return (
        f'<label for="{given.name}">{escape(given.label)}</label>'
        f'<input id="{given.name}" name="{given.name}" type="{given.kind}" value="{escape(given.value)}"'
        f' autocomplete="{given.complete}" autocapitalize="none" spellcheck="false"{needed}>{help_}'
    )


def form(action: str, inputs: Iterable[Input], button: str, *, plain: bool = False) -> str:
    """A form that is sent to an address of ours."""
    fields = "".join(field(each) for each in inputs)
    kind = ' class="plain"' if plain else ""
    return (
        f'<form method="post" action="{escape(action)}">{fields}'
        f'<button type="submit"{kind}>{escape(button)}</button></form>'
    )


def page(
    title: str, body: str, *, text: str = "", wrong: str = "", status: int = 200, onto: str = ""
) -> Response:
    """The whole page; `body` is HTML, the rest is text. It goes on to the address `onto` by itself."""
    told = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    said = f"<p>{escape(text)}</p>" if text else ""
    going = f'<meta http-equiv="refresh" content="0; url={escape(onto)}">' if onto else ""
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{going}"
        f"<title>{escape(title)} · Marquee</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{said}{told}{body}</main></body></html>"
    )
    found = {"Content-Security-Policy": headers.form(STYLE), "Cache-Control": "no-store"}
    return HTMLResponse(html, status, found)
