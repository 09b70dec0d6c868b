"""A command beside a running app: it works with the app's own workbench, over a socket of the same user."""
