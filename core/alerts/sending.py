"""Messages to people: by mail, chat or webhook, to targets that whoever runs Marquee has set up and named.

A target is an address of Apprise (mailto://, json://, slack:// ...) in the settings. People choose one by its name, so
nobody makes the server call an address of their own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pydantic import SecretStr

from core.errors import AlertNotSent, NotFound
from core.observe import logs

log = logs.get("alerts")


def send(targets: Mapping[str, SecretStr], name: str, title: str, text: str) -> None:
    """Send a message. Raises NotFound for a target that is not set up, AlertNotSent when it was not taken."""
    from apprise import Apprise  # loads its hundred services: only who sends pays for it

    if name not in targets:
        raise NotFound(
            f"there is no alert target {name!r}",
            hint=f"Targets: {', '.join(sorted(targets)) or 'none'}. MARQUEE_ALERT_TARGETS names them.",
        )
    sender = Apprise()
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # its lines would hold the address
    if not sender.add(targets[name].get_secret_value()):
        raise AlertNotSent(f"the address of the target {name!r} is none that Apprise knows")
    if not sender.notify(title=title, body=text):
        raise AlertNotSent(f"the target {name!r} did not take it")
    log.say("message.sent", target=name)
