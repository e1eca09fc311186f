"""Every page there is, by its route, in the states that an address can ask for; and everybody who goes there."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from playwright.sync_api import Page, expect

from tests.browser.site import DemoSite

# Who; a name after the slash is the hat.
EVERYBODY = {
    "stranger": "",
    "parent": "mairi.macleod",
    "parent of a child with nothing": "marta.wojcik",
    "teacher": "ailsa.reid",
    "head": "donald.munro",
    "office": "jean.baxter",
    "editor": "priya.sharma",
    "authority": "helen.ross",
    "teacher as a parent": "shona.campbell/parent",
    "parent as a teacher": "shona.campbell/staff",
}


class Visit(NamedTuple):
    """surely: one who can open it, and whose test fails when it does not. states: of each, the first address that opens."""

    surely: str
    states: list[list[str]]


SCHOOL = "/schools/{academy}"
PAGES = {
    "home.home": Visit("parent", [["/"]]),
    "children.page": Visit("parent", [["/children/{catriona}", "/children/{oliwia}", "/children/{rory}", "/children/{ewan}"]]),
    "groups.page": Visit("teacher", [["/groups/{2b-english}", "/groups/{2a}"], ["/groups/{3a-english}"]]),  # open to parents, and shut
    "news.page": Visit("head", [["/news/{diary}"], ["/news/{answers}", "/news/{bus times}"]]),
    "news.write_for_group": Visit("teacher", [["/groups/{2b-english}/news/new"], ["/groups/{3a-english}/news/new"]]),
    "news.write_for_school": Visit("office", [[f"{SCHOOL}/news/new"]]),
    "news.write_for_authority": Visit("authority", [["/authorities/{council}/news/new"]]),
    "news.edit": Visit("teacher", [["/news/{diary}/edit", "/news/{bus times}/edit"]]),  # with a picture
    "news.preview": Visit("teacher", [["/news/{diary}/preview", "/news/{bus times}/preview"]]),
    "arranging.index": Visit("editor", [[f"{SCHOOL}/pages"]]),
    "authority_page.page": Visit("parent", [["/authorities/{council}"]]),
    "arranging.index_of_authority": Visit("authority", [["/authorities/{council}/pages"]]),
    "arranging.page_of_authority": Visit("authority", [
        ["/authorities/{council}/pages/authority"], ["/authorities/{council}/pages/home?role=teacher"], ["/authorities/{council}/pages/child"]]),
    "arranging.page": Visit("editor", [[f"{SCHOOL}/pages/home"], [f"{SCHOOL}/pages/child?role=teacher"], [f"{SCHOOL}/pages/group"]]),
    "why.why": Visit("office", [
        [f"{SCHOOL}/why"], [f"{SCHOOL}/why?adult-letters=mac&child-letters=zzz"],
        [f"{SCHOOL}/why?adult-letters=gordon.fraser&child-letters=isla+fraser&what=page"],
        [f"{SCHOOL}/why?adult-letters=mairi.macleod&child-letters=catriona&what=attendance"]]),
    "why.who_sees": Visit("office", [[f"{SCHOOL}/who-sees"], [f"{SCHOOL}/who-sees?widget=classes"], [f"{SCHOOL}/who-sees?post={{answers}}"]]),
    "why.why_not": Visit("parent", [["/why-not"]]),
    "people.find": Visit("office", [[f"{SCHOOL}/people"], [f"{SCHOOL}/people?q=macl"], [f"{SCHOOL}/people?q=zzz"]]),
    "people.person": Visit("office", [
        [f"{SCHOOL}/people/pupil/{{isla}}"], [f"{SCHOOL}/people/account/{{gordon}}"], [f"{SCHOOL}/people/account/{{reid}}"]]),
    "drops.history": Visit("office", [[f"{SCHOOL}/drops"]]),
    "undoing.ask": Visit("office", [[f"{SCHOOL}/drops/{{drop}}/undo"]]),
    "drops.drop": Visit("office", [[f"{SCHOOL}/drops/{{drop}}"], [f"{SCHOOL}/drops/{{held drop}}"]]),
    "captions.ask": Visit("office", [[f"{SCHOOL}/drops/{{strange drop}}/captions"]]),
    "captions.of_school": Visit("office", [[f"{SCHOOL}/drops/captions"]]),
    "drop_rules.of_school": Visit("head", [[f"{SCHOOL}/drops/rules"]]),
    "attendance_codes.of_school": Visit("office", [[f"{SCHOOL}/attendance-codes"]]),
    "attendance_codes.ask": Visit("office", [[f"{SCHOOL}/attendance-codes/own?code=QX"]]),
    "attendance_codes.of_authority": Visit("authority", [["/authorities/{council}/attendance-codes"]]),
    "drop_rules.of_authority": Visit("authority", [["/authorities/{council}/drops/rules"]]),
    "quality.overview": Visit("office", [[f"{SCHOOL}/quality"]]),
    "texts.of_school": Visit("office", [[f"{SCHOOL}/quality/comments"], [f"{SCHOOL}/quality/comments?page=99"]]),
    "quality.work": Visit("office", [[f"{SCHOOL}/quality/emergency"], [f"{SCHOOL}/quality/access"]]),
    "audit.log": Visit("head", [[f"{SCHOOL}/audit"], [f"{SCHOOL}/audit?person=nobody+of+that+name"]]),
    "welcome.details": Visit("parent", [["/welcome/details"]]),
    "welcome.tour": Visit("parent", [["/welcome/tour"], ["/welcome/tour?card=2"], ["/welcome/tour?card=3"], ["/welcome/tour?card=4"]]),
    "matches.codes": Visit("parent", [["/codes"]]),
    "matches.offered": Visit("office", [[f"{SCHOOL}/matches"]]),
    "corrections.open_ones": Visit("office", [[f"{SCHOOL}/corrections"]]),
    "aims.page": Visit("parent", [[f"{SCHOOL}/aims"]]),
    "aims.write": Visit("head", [[f"{SCHOOL}/aims/parents"], [f"{SCHOOL}/aims/staff"]]),
    "life.page": Visit("office", [[f"{SCHOOL}/life"]]),
    "schools.all_of_them": Visit("authority", [["/schools"]]),
    "rollout.page": Visit("head", [[f"{SCHOOL}/rollout"]]),
    "rollout.overview": Visit("authority", [["/authorities/{council}/rollout"]]),
    "rollout.switch_all": Visit("authority", [["/authorities/{council}/switch"]]),
    "rollout.switch_school": Visit("authority", [[f"{SCHOOL}/switch"]]),
    "policies.matrix": Visit("head", [[f"{SCHOOL}/policy"], [f"{SCHOOL}/policy?role=teacher"]]),
    "policies.of_authority": Visit("authority", [["/authorities/{council}/policy"]]),
    "agreement.of_school": Visit("head", [[f"{SCHOOL}/agreement"]]),
    "agreement.of_authority": Visit("authority", [["/authorities/{council}/agreement"]]),
    "agreement.standing": Visit("office", [[f"{SCHOOL}/agreements"]]),
    "decisions.of_school": Visit("head", [[f"{SCHOOL}/decisions"]]),
    "decisions.of_authority": Visit("authority", [["/authorities/{council}/decisions"]]),
    "decisions.parents": Visit("head", [[f"{SCHOOL}/decisions/parents"]]),
    "decisions.parents_of_all": Visit("authority", [["/authorities/{council}/decisions/parents"]]),
    "decisions.decide": Visit("head", [[f"{SCHOOL}/decisions/handing-out"], [f"{SCHOOL}/decisions/support"], [f"{SCHOOL}/decisions/training"]]),
    "decisions.decide_for_all": Visit("authority", [["/authorities/{council}/decisions/support"]]),
    "link_decisions.standing": Visit("head", [[f"{SCHOOL}/link-decisions"]]),
    "link_decisions.page": Visit("head", [[f"{SCHOOL}/links/{{gordon and isla}}/decision"]]),
    "trainings.of_school": Visit("office", [[f"{SCHOOL}/trainings"]]),
    "trainings.one": Visit("office", [[f"{SCHOOL}/trainings/{{training}}"]]),
    "trainings.for_parents": Visit("parent", [[f"{SCHOOL}/training"]]),
    "checks.of_school": Visit("office", [[f"{SCHOOL}/checks"], [f"{SCHOOL}/checks?q=fraser"]]),
    "checks.one": Visit("head", [[f"{SCHOOL}/checks/{{check}}"]]),
    "briefing.page": Visit("teacher", [[f"{SCHOOL}/briefing"]]),
    "briefing.staff": Visit("head", [[f"{SCHOOL}/briefing/staff"]]),
    "briefing.as_parents": Visit("teacher", [["/groups/{2b-english}/as-parents"], ["/groups/{3a-english}/as-parents"]]),  # open to parents, and shut
    "accounts.people": Visit("office", [[f"{SCHOOL}/accounts"], [f"{SCHOOL}/accounts?class=2B&state=never"]]),
    "accounts.ranges": Visit("office", [[f"{SCHOOL}/networks"]]),
    "begin.page": Visit("stranger", [["/begin"], ["/begin?code=ABCD-EFGH-JKMN"]]),
    "begin.lost": Visit("stranger", [["/forgotten"]]),
    "letters.page": Visit("office", [[f"{SCHOOL}/letters"]]),
    "desk.find": Visit("office", [[f"{SCHOOL}/desk"], [f"{SCHOOL}/desk?q=fras"], [f"{SCHOOL}/desk?q=zzz"]]),
    "desk.person": Visit("office", [[f"{SCHOOL}/desk/{{gordon}}"], [f"{SCHOOL}/desk/{{linda}}"]]),
    "session.sign_in": Visit("stranger", [["/sign-in"]]),
    "password.change": Visit("teacher", [["/password"]]),
}
NOWHERE = "/children/0"  # the page that says so is a page too

# What answers to GET and is no page, each with an address: a test asks who may and sees that no page comes.
NO_PAGES = {
    "home.part": ("parent", "/widgets/today"),
    "children.part": ("parent", "/children/{catriona}/widgets/today"),
    "authority_page.part": ("parent", "/authorities/{council}/widgets/news"),
    "groups.part": ("parent", "/groups/{2b-english}/widgets/news"),
    "news.file": ("parent", "/news/{diary}/files/{picture}/small.webp"),
    "audit.download": ("head", f"{SCHOOL}/audit.csv"),
    "captions.hand_over": ("office", f"{SCHOOL}/drops/captions/file"),
    "texts.download": ("office", f"{SCHOOL}/quality/comments.csv"),
    "quality.download_all": ("office", f"{SCHOOL}/quality.csv"),
    "quality.download": ("office", f"{SCHOOL}/quality/emergency/list.csv"),
    "agreement.printed": ("office", f"{SCHOOL}/agreement.pdf"),
    "checks.printed": ("head", f"{SCHOOL}/checks/{{check}}.pdf"),
    "briefing.printed": ("teacher", f"{SCHOOL}/briefing.pdf"),
    "health.healthz": ("stranger", "/healthz"),
}

# What only a story leads to, and where that is told and looked at.
IN_A_STORY = {
    "agreement.page": "test_rollout.py: a parent who comes in for the first time",
    "jobs.page": "test_rollout.py: while the check is at work",
    "letters.download": "tests/test_letters.py: letters that were made a moment ago",
}


def be(signed_in: Any, who: str, **more: Any) -> Page:
    """That person's home page, or for a stranger an empty one; all but the name goes to open_context."""
    username, _, hat = EVERYBODY[who].partition("/")
    page: Page = signed_in(username, **more)
    if hat and page.get_by_role("button", name=f"Change to {hat}").count():
        page.get_by_role("button", name=f"Change to {hat}").click()
        expect(page.get_by_text(f"You are here as {hat}")).to_be_visible()
    return page


def open_everything(page: Page) -> None:
    """Unfold what is folded: hidden words count too."""
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")


def every_page(site: DemoSite, page: Page, who: str) -> Iterator[str]:
    """Open each page that this person can, one after the other, with everything unfolded; gives its route."""
    for route, visit in PAGES.items():
        for state in visit.states:
            opened = _open_first(site, page, state)
            assert opened or who != visit.surely, f"{who} cannot open {state} of {route}"
            if opened:
                open_everything(page)
                yield route


def _open_first(site: DemoSite, page: Page, state: list[str]) -> bool:
    for address in map(site.at, state):
        answer = page.goto(address)
        if answer and answer.status == 200 and answer.url == address:
            return True
    return False


def words_of(page: Page) -> str:
    """All that a page says, in one line; what only scripts say (the announcement) is left out."""
    return re.sub(r"\s+", " ", page.locator("main").inner_text()).strip()
