"""Measurements of the site against its aims, as ratios within one run: `python -m tests.bench` (see docs/performance.md)."""
