"""The pages: `_router.py`, one plain script per page, and their drawing helpers (`_*.py`).

A page draws, asks the Workbench, and draws. What it shows is in the URL or in the database.
"""
