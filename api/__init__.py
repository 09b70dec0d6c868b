"""The REST door: /api/v1, mounted beside the pages. It parses, asks the Workbench and answers.

`api` is the ASGI app for the Workbench of this process; `create` makes one for another.
"""

from api.app import api, create

__all__ = ["api", "create"]
