"""Uploads that were brought: the list and the page of one."""
