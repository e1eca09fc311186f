"""Links that a school writes by hand."""

import pytest

from glowlite.widgets import links


def test_a_line_is_a_label_a_bar_and_an_address():
    (link,) = links.parse("NHS inform | https://www.nhsinform.scot/a")
    assert (link.label, link.address, link.site) == ("NHS inform", "https://www.nhsinform.scot/a", "nhsinform.scot")


def test_a_label_may_have_a_bar_of_its_own():
    assert links.parse("Help | advice | https://example.org")[0].label == "Help | advice"


@pytest.mark.parametrize("line", [
    "", "no bar https://example.org", "| https://example.org", "Label |", "Label | http://example.org",
    "Label | javascript:alert(1)", "Label | https://", "Label | https://bank.example@evil.example", "Label | https://a b",
    "Label | https://[", "Label | //example.org",
])
def test_a_line_that_is_not_so_is_left_out(line):
    assert links.parse(line) == []


def test_the_usual_links_are_all_good():
    assert len(links.parse(links.USUAL)) == len(links.USUAL.splitlines()) == 3
