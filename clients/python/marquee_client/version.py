# flake8: noqa
"""The version of the API. Generated from the description of the API by clients/generate.py: do not edit."""

API = "0.1.0"
