"""The one place that fetches what somebody's address names: http and https, to hosts that may be asked."""
