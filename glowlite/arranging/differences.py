"""Hides how two arrangements of a page are compared in words: what a draft changes, and where a school differs from the default."""

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from glowlite.arranging.drafts import Content, Part, Placed
from glowlite.policy import Role

Parts = Mapping[str, Part]
YES_NO = {True: "yes", False: "no"}


def summary(before: Content, after: Content, parts: Parts) -> list[tuple[Role, list[str]]]:
    """What a draft changes for whom, in words: (parents, [Results comes off, News moves up])."""
    changes = [(role, _changes(before.get(role, []), after[role], parts)) for role in Role if role in after]
    return [(role, said) for role, said in changes if said]


def _changes(before: list[Placed], after: list[Placed], parts: Parts) -> list[str]:
    was, now = {one.widget: one for one in before}, {one.widget: one for one in after}
    said = [f"{_title(parts, key)} comes off" for key in was if key not in now]
    said += [f"{_title(parts, key)} is new{'' if one.is_on else ', switched off'}" for key, one in now.items() if key not in was]
    moves = _moved([key for key in was if key in now], [key for key in now if key in was])
    said += [f"{_title(parts, key)} moves {where}" for key, where in moves.items()]
    for key, one in now.items():
        if key in was and was[key].is_on != one.is_on:
            said.append(f"{_title(parts, key)} is switched {'on' if one.is_on else 'off'}")
        if key in was and was[key].options != one.options:
            said.append(f"{_title(parts, key)} gets other options")
    return said


def _moved(was: list[str], now: list[str]) -> dict[str, str]:
    """Key -> up or down: as few moves as explain the new order."""
    stays = {key for start, _, size in SequenceMatcher(None, was, now, autojunk=False).get_matching_blocks() for key in was[start:start + size]}
    return {key: "up" if now.index(key) < was.index(key) else "down" for key in now if key not in stays}


def _title(parts: Parts, key: str) -> str:
    return parts[key].title if key in parts else key


class Compared(NamedTuple):
    """One part on two arrangements of a page. here, there: its number, with "off" where it is off; empty where it is not. said: the difference."""

    title: str
    here: str
    there: str
    said: list[str]


def compare(here: list[Placed], there: list[Placed], parts: Parts) -> list[Compared]:
    """Part by part, in the order of here, and then what is only there."""
    mine, others = {one.widget: one for one in here}, {one.widget: one for one in there}
    moves = _moved([key for key in others if key in mine], [key for key in mine if key in others])
    return [Compared(_title(parts, key), _standing(here, key), _standing(there, key), _differences(mine.get(key), others.get(key), moves.get(key), parts))
            for key in {**mine, **others}]


def _standing(row: list[Placed], key: str) -> str:
    return next((f"{number}{'' if one.is_on else ', off'}" for number, one in enumerate(row, 1) if one.widget == key), "")


def _differences(mine: Placed | None, other: Placed | None, moved: str | None, parts: Parts) -> list[str]:
    if mine is None or other is None:
        return ["only here" if mine else "not here"]
    said = [f"stands further {moved} here"] if moved else []
    said += [f"switched {'on' if mine.is_on else 'off'} here"] if mine.is_on != other.is_on else []
    return said + _other_options(mine, other, parts)


def _other_options(mine: Placed, other: Placed, parts: Parts) -> list[str]:
    options: Mapping[str, Any] = parts[mine.widget].options if mine.widget in parts else {}
    values = [(option, mine.options.get(name, option.default), other.options.get(name, option.default)) for name, option in options.items()]
    return [_other_value(option, own, theirs) for option, own, theirs in values if own != theirs]


def _other_value(option: Any, own: Any, theirs: Any) -> str:
    if option.kind == "lines":
        return "other words in its options"
    return f"{option.label}: {_in_words(own)} here, {_in_words(theirs)} there"


def _in_words(value: Any) -> str:
    return YES_NO[value] if isinstance(value, bool) else str(value)
