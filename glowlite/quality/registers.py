"""Hides how registers are checked: which half days ought to have a mark and have none, and which marks cannot be right."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from peewee import JOIN, Case, ModelSelect, fn

from glowlite import clock, code_tables, policy, school_day, words
from glowlite.attendance import IN_SCHOOL
from glowlite.models import Conduct, Mark, Pupil, Staff
from glowlite.policy.schedules import SESSIONS
from glowlite.prepared import prepared
from glowlite.quality.base import SURNAMES, Finding, Ground, Source, Work, of_pupil
from glowlite.quality.marks import Registers, Slot

AWAY = ("authorised", "unauthorised")

# --- gaps ---------------------------------------------------------------------------------------------------


def gaps(ground: Ground) -> Work:
    """Half days of school without a mark: of the whole school, of a class, and of a child while the class has some."""
    of_school, (of_classes, several), of_children = _of_school(ground), _of_classes(ground), _of_children(ground)
    return Work(of_school + of_classes + of_children, len(ground.pupils) if ground.registers.counts else 0, len(of_school) + several + len(of_children))


def _of_school(ground: Ground) -> list[Finding]:
    """A day on which nobody at all was marked is rather one that the calendar does not know."""
    registers = ground.registers
    missing = [slot for slot in registers.expected if slot not in registers.of_anybody]
    found = f"nobody has a mark on {_in_words(missing, registers.expected)}"
    return [Finding(f"All of {ground.school.name}", found, "the registers of that day, or a closure in the calendar",
                    who=f"the office, in {ground.mis}: calendar")] if missing else []


def _of_classes(ground: Ground) -> tuple[list[Finding], int]:
    """Classes whose register was not taken, and how many pupils are in these."""
    registers, found, pupils = ground.registers, [], 0
    for name, members in sorted(registers.classes.items()):
        missing = [slot for slot in registers.due(name) if not registers.marked[name, slot] and any(_is_due(pupil, slot) for pupil in members)]
        if missing:
            right = f"a mark for each of the {words.plural(len(members), 'pupil')}"
            found.append(Finding(f"Class {name}", f"nobody has a mark on {_in_words(missing, registers.expected)}", right, name, _register(ground, members)))
            pupils += len(members)
    return found, pupils


def _is_due(pupil: Pupil, slot: Slot) -> bool:
    return (pupil.joined_on is None or pupil.joined_on <= slot[0]) and (pupil.left_on is None or slot[0] <= pupil.left_on)


def _register(ground: Ground, pupils: Iterable[Pupil]) -> str:
    """Who takes the register of these pupils."""
    return next((ground.classes[pupil.id].register for pupil in pupils if pupil.id in ground.classes), "")


def _of_children(ground: Ground) -> list[Finding]:
    registers = ground.registers
    taken = {name: registers.taken(name) for name in registers.classes}
    unsure = [name for name, members in registers.classes.items() if not name or any(_is_partial(registers, name, slot, members) for slot in taken[name])]
    marked: dict[int, set[Slot]] = defaultdict(set)
    for number, day, session in _marks(ground.school.id, registers.since, tuple(unsure)) if unsure else []:
        marked[number].add((day, session))
    suspects = [pupil for pupil in ground.pupils if (pupil.registration or "") in unsure]
    found = [(pupil, _missing(pupil, taken[pupil.registration or ""], marked[pupil.id])) for pupil in suspects]
    return [of_pupil(pupil, f"no mark on {_in_words(missing, registers.expected)}", "a mark for each half day, in school or away",
                     who=_register(ground, [pupil]), source=Source()) for pupil, missing in found if missing]


def _is_partial(registers: Registers, name: str, slot: Slot, members: list[Pupil]) -> bool:
    number = registers.marked[name, slot]
    return number < len(members) and number < sum(_is_due(pupil, slot) for pupil in members)


def _missing(pupil: Pupil, taken: list[Slot], marked: set[Slot]) -> list[Slot]:
    """Where nobody knows since when a child is here, it is since the first mark."""
    missing = [slot for slot in taken if slot not in marked and _is_due(pupil, slot)]
    return [slot for slot in missing if slot > min(marked)] if pupil.joined_on is None and marked else missing


@prepared
def _marks(school: Any, since: Any, classes: Any) -> ModelSelect:
    return (Mark.select(Mark.pupil, Mark.day, Mark.session).join(Pupil)
            .where(Pupil.school == school, fn.COALESCE(Pupil.registration, "").in_(classes), Mark.gone.is_null(), Mark.day >= since))


def _in_words(slots: list[Slot], expected: list[Slot]) -> str:
    """Mon 2 Nov – Fri 6 Nov, Tue 10 Nov (morning): days of school that follow on one another as one."""
    sessions = {session for _, session in expected}
    by_day: dict[date, set[str]] = defaultdict(set)
    for day, session in slots:
        by_day[day].add(session)
    order = {day: number for number, day in enumerate(dict.fromkeys(day for day, _ in expected))}
    spells: list[list[date]] = []
    for day in sorted(by_day):
        whole = by_day[day] == sessions
        if spells and whole and by_day[spells[-1][-1]] == sessions and order[day] == order[spells[-1][-1]] + 1:
            spells[-1].append(day)
        else:
            spells.append([day])
    return ", ".join(_spell(spell, by_day[spell[0]], sessions) for spell in spells)


def _spell(spell: list[date], marked: set[str], sessions: set[str]) -> str:
    part = "" if marked == sessions else f" ({' and '.join(SESSIONS[session] for session in sorted(marked))})"
    return words.days(spell[0], spell[-1]) + part


# --- marks that cannot be right ---------------------------------------------------------------------------


def contradictions(ground: Ground) -> Work:
    """Marks on days without school or still to come, of children who are not on the roll, and conduct of a child who was away."""
    registers = ground.registers
    found = [*_on_shut_days(registers), *_off_roll(registers), *_conduct_while_away(registers)]
    return Work(found, len(ground.pupils) if registers.counts else 0)


def _on_shut_days(registers: Registers) -> list[Finding]:
    """A register taken on a holiday, or attendance of tomorrow. Leave that is planned ahead is no contradiction."""
    numbers: Counter[date] = Counter()
    for count in registers.counts:
        category = registers.category(count.code, count.day)
        if category in IN_SCHOOL if count.day > clock.today() else category != "not-required" and not registers.days[count.day].open:
            numbers[count.day] += count.number
    return [Finding(words.full_day(day), f"{words.plural(number, 'mark')}, though {_no_school(registers.days[day])}",
                    "no marks on that day, or another entry in the calendar") for day, number in sorted(numbers.items(), reverse=True)]


def _no_school(day: school_day.Day) -> str:
    return "that day is still to come" if day.date > clock.today() else f"there is no school: {day.shut}"


def _off_roll(registers: Registers) -> list[Finding]:
    before, after = Mark.day < Pupil.joined_on, Mark.day > Pupil.left_on
    rows = (Mark.select(Mark.pupil, fn.COUNT(Mark.day).alias("number"), fn.MIN(Mark.day).alias("first"), fn.MAX(Mark.day).alias("last")).join(Pupil)
            .where(Pupil.school == registers.school, Pupil.gone.is_null(), Mark.gone.is_null(), Mark.day >= registers.since,
                   (Pupil.joined_on > registers.since) | Pupil.left_on.is_null(False), before | after).group_by(Mark.pupil))
    spans = {number: span for number, *span in rows.tuples()}
    pupils = Pupil.select().where(Pupil.id.in_(list(spans))).order_by(*SURNAMES) if spans else []
    return [of_pupil(pupil, f"{words.plural(spans[pupil.id][0], 'mark')} between {words.day(spans[pupil.id][1])} and {words.day(spans[pupil.id][2])}, "
                     f"though {_on_roll_in_words(pupil)}", "marks between the first and the last day on the roll only") for pupil in pupils]


def _on_roll_in_words(pupil: Pupil) -> str:
    joined, left = (day and words.full_day(day) for day in (pupil.joined_on, pupil.left_on))
    return " and ".join(part for part in (joined and f"on the roll since {joined}", left and f"left on {left}") if part)


def _conduct_while_away(registers: Registers) -> list[Finding]:
    """Entries of a day on which every mark of the child says that it was away."""
    away = [code for code, meanings in registers.meanings.items() if any(one.category in AWAY for one in meanings)]
    was_away = fn.MIN(Case(None, [(Mark.code.in_(away), 1)], 0)) == 1
    rows = (Conduct.select(Conduct.id).join(Mark, on=(Mark.pupil == Conduct.pupil) & (Mark.day == Conduct.day) & Mark.gone.is_null())
            .where(Conduct.school == registers.school, Conduct.gone.is_null(), Conduct.day >= registers.since)
            .group_by(Conduct.id).having(was_away, fn.COUNT(Mark.session) > 1))
    entries = (Conduct.select(Conduct, Pupil, Staff).join(Pupil).switch(Conduct).join(Staff, JOIN.LEFT_OUTER)
               .where(Conduct.id.in_(rows), policy.on_roll()).order_by(Conduct.day.desc(), Conduct.id)) if away else []
    return [of_pupil(entry.pupil, f"{entry.type} on {words.day(entry.day)}, a day on which the register says away",
                     "the day on which it happened, or another mark", who=_who_wrote(entry), source=Source("conduct", entry.drop_id, entry.source_row))
            for entry in entries]


def _who_wrote(entry: Conduct) -> str:
    return f"{entry.staff.name}, who wrote it" if entry.staff else ""


# --- codes -------------------------------------------------------------------------------------------------


def unknown_codes(ground: Ground) -> Work:
    """Marks whose code neither the school's table nor the school itself knows; families read “not yet known”."""
    registers, pupils = ground.registers, {pupil.id: pupil for pupil in ground.pupils}
    unknown = {count.code for count in registers.counts if registers.category(count.code, count.day) is None}
    rows = (Mark.select(Mark.pupil, Mark.code, fn.COUNT(Mark.day), fn.MIN(Mark.day), fn.MAX(Mark.day)).join(Pupil)
            .where(Pupil.school == ground.school, policy.on_roll(), Mark.gone.is_null(), Mark.day >= registers.since, Mark.code.in_(list(unknown)))
            .group_by(Mark.pupil, Mark.code).order_by(Mark.code, Mark.pupil))
    right = f"a code of the table “{code_tables.title(ground.school.code_table)}”, or one that the school has explained"
    found = [of_pupil(pupils[number], f"code {code}, {words.plural(count, 'mark')}, {words.days(*span)}", right, source=Source())
             for number, code, count, *span in (rows.tuples() if unknown else ())]
    return Work(found, len(pupils) if registers.counts else 0)
