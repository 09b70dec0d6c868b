"""Marquee watches itself: health, measures, a probe, alerts, objectives; what it says goes through `core.observe`."""
