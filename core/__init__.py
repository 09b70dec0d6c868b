"""Marquee's core: everything a notebook needs, and no web framework.

from core import Workbench
with Workbench.open() as wb:
    wb.import_file("people.csv")
    wb.records("celebrities").pl()
"""

from core.datasets.model import Dataset
from core.errors import MarqueeError
from core.settings import Settings
from core.workbench import Workbench

__all__ = ["Dataset", "MarqueeError", "Settings", "Workbench"]
