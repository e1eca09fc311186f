"""The fictional authority: it writes MIS bundles, and they are loaded like those of any school."""

from glowlite.demo.commands import commands

__all__ = ["commands"]
