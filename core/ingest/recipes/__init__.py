"""Recipes beyond one upload: saved by name, bound to a source; and the changes of a plan, to be undone."""
