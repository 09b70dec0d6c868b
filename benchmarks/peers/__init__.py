"""What one would take instead of Marquee, each doing the same work on the same file.

A peer is a program in an environment of its own (requirements-bench.txt), so that its versions never touch
Marquee's: `python -m benchmarks peers --setup` makes it. None of these modules imports Marquee.
"""
