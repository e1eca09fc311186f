from glowlite.demo.commands import commands

__all__ = ["commands"]
