"""The API of Marquee from Python."""

from marquee_client.asynchronous import AsyncClient
from marquee_client.client import Client
from marquee_client.codes import *  # noqa: F401,F403 - every error by its code
from marquee_client.errors import ApiError, Unreachable
from marquee_client.frames import Frame
from marquee_client.version import API as __version__

__all__ = ["ApiError", "AsyncClient", "Client", "Frame", "Unreachable", "__version__"]
