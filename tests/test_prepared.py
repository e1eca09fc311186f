"""Prepared queries: what is asked for is given anew each time, and a day can never stay in the SQL."""

from datetime import date

import pytest

from glowlite.models import CalendarEntry, Pupil
from glowlite.prepared import ValueInText, as_models, prepared


@prepared
def _called(number):
    return Pupil.select().where(Pupil.mis_id == number)


@prepared
def _among(numbers):
    return Pupil.select(Pupil.mis_id).where(Pupil.mis_id.in_(numbers)).order_by(Pupil.mis_id)


@prepared
def _dates_since(day):
    return CalendarEntry.select(CalendarEntry.starts).where(CalendarEntry.starts >= day).order_by(CalendarEntry.starts)


@pytest.mark.parametrize("number", ["000101", "000104", "000101", "nobody"])
def test_each_call_is_answered_for_its_own_value(number):
    assert [record.mis_id for record in as_models(Pupil, _called(number))] == ([number] if number != "nobody" else [])


def test_as_many_values_as_are_given_are_asked_for():
    for numbers in (("000101",), ("000101", "000104"), ("000104", "000103"), ()):
        assert [number for (number,) in _among(numbers)] == sorted(numbers)


def test_a_day_moves_with_the_call_and_comes_back_as_a_day():
    for day in (date(2026, 11, 19), date(2026, 12, 25)):
        found = [starts for (starts,) in _dates_since(day)]
        assert found and min(found) >= day and all(type(starts) is date for starts in found)


def test_a_day_within_the_query_itself_is_refused():
    stale = prepared(lambda: CalendarEntry.select().where(CalendarEntry.starts >= date(2026, 11, 19)))
    with pytest.raises(ValueInText):
        stale()


def test_records_are_like_those_that_peewee_reads():
    read, prepared_one = Pupil.get(Pupil.mis_id == "000101"), as_models(Pupil, _called("000101"))[0]
    assert prepared_one == read and prepared_one.__data__ == read.__data__ and not prepared_one.is_dirty()
