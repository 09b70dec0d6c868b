"""What answers tell a browser: where scripts come from, who may frame a page, what is never sent along.

Streamlit's pages set styles from scripts, so styles are allowed inline. Its charts make functions of texts, which
takes 'unsafe-eval', and its components of ours (the search box) are modules that it makes of texts, which takes blob:;
scripts written into a page stay forbidden, apart from Streamlit's own by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)

HARDENED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that, forms of our own pages would be sent with the origin "null".
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
HSTS = "max-age=31536000"  # a year
NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"  # what is no page


def inline_scripts(html: str) -> list[str]:
    """The hashes of the scripts that are written into a page, as a policy names them."""
    digests = (hashlib.sha256(text.encode()).digest() for text in _INLINE.findall(html))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def pages(scripts: Iterable[str] = ()) -> str:
    """The policy of Streamlit's pages."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'unsafe-eval' blob: {' '.join(scripts)}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def form(style: str) -> str:
    """The policy of a page of ours that has one style, no script, and a form."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    )


def hardened(present: Headers, policy: str, secure: bool) -> Headers:
    """The headers of an answer with what is missing in them."""
    names = {name.lower() for name, _ in present}
    wanted = {**HARDENED, "Content-Security-Policy": policy}
    if secure:
        wanted["Strict-Transport-Security"] = HSTS
    return [
        *present,
        *(
            (n.lower().encode(), v.encode())
            for n, v in wanted.items()
            if n.lower().encode() not in names
        ),
    ]
