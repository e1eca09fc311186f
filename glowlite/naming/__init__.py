"""Hides whether a text about one child names another: `find` reads one text, `check` those of a school, `wording` says them without the names."""

from glowlite.naming.checking import check, clear, naming_others, one_naming_others, roster_of
from glowlite.naming.finding import Found, find
from glowlite.naming.roster import Adult, Roster
from glowlite.naming.wording import Piece, pieces, proposed

__all__ = ["Adult", "Found", "Piece", "Roster", "check", "clear", "find", "naming_others", "one_naming_others", "pieces", "proposed", "roster_of"]
