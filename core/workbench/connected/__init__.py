"""`Workbench.connect`: the words of a Workbench for a server elsewhere, spoken over its API."""

from core.workbench.connected.face import Connected

__all__ = ["Connected"]
