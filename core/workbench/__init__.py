"""The one face of Marquee: pages, API, command line, folder and notebooks all call a Workbench."""

from core.workbench.request import ImportOptions, ImportRequest
from core.workbench.workbench import Workbench

__all__ = ["ImportOptions", "ImportRequest", "Workbench"]
