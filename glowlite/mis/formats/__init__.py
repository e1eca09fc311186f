"""Hides how each MIS spells things: one module a format."""
