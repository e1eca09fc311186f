"""A real browser goes through the demo as parents and staff do."""
