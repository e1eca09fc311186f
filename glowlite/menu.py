"""Hides which ways lead from every page of staff: those pages of their schools that policy opens to them, asked without a query."""

from typing import NamedTuple

from flask import Flask, request

from glowlite.models import School
from glowlite.policy import Action, Viewer, schools_open
from glowlite.words import address

# What a school has, in the order in which it is needed.
PAGES = (
    (Action.FIND_PEOPLE, "People", "people.find"),
    (Action.ASK_WHY, "Why?", "why.why"),
    (Action.ASK_WHY, "Who sees this?", "why.who_sees"),
    (Action.WRITE_SCHOOL_NEWS, "Write news", "news.write_for_school"),
    (Action.ARRANGE_PAGES, "Pages", "arranging.index"),
    (Action.SEE_ROLLOUT, "Parents on board", "rollout.page"),
    (Action.APPROVE_ACCOUNTS, "Accounts", "accounts.people"),
    (Action.READ_BRIEFING, "What parents see", "briefing.page"),
    (Action.SEE_DROPS, "Drops", "drops.history"),
    (Action.SEE_QUALITY, "Data", "quality.overview"),
    (Action.SEE_AUDIT, "Audit", "audit.log"),
)

# What the authority has for all its schools.
FOR_ALL = (
    (Action.SEE_ROLLOUTS, "Parents on board", "rollout.overview"),
    (Action.WRITE_AUTHORITY_NEWS, "Write to all", "news.write_for_authority"),
    (Action.ARRANGE_AUTHORITY_PAGE, "Pages for all", "arranging.index_of_authority"),
)

# What is done at each of the nine steps of bringing parents on; the first is the button when the step comes next.
STEPS: dict[int, tuple[tuple[Action, str, str], ...]] = {
    1: ((Action.WRITE_AGREEMENT, "Write the policy", "agreement.of_school"), (Action.RECORD_AGREEMENT, "Who has agreed", "agreement.standing")),
    2: ((Action.SWITCH_SCHOOL, "The switch of this school", "rollout.switch_school"),),
    3: ((Action.SIGN_POLICY, "What parents may use", "policies.matrix"),),
    4: ((Action.SEE_ROLLOUT, "Key decisions", "decisions.of_school"), (Action.SEE_LINK_DECISIONS, "Decisions about single links", "link_decisions.standing"),
        (Action.HOLD_TRAINING, "Training", "trainings.of_school")),
    5: ((Action.ARRANGE_PAGES, "The pages of parents", "arranging.index"),),
    6: ((Action.APPROVE_ACCOUNTS, "Approve the first account", "accounts.people"),),
    7: ((Action.CHECK_EXPOSURE, "Check what a parent meets", "checks.of_school"),),
    8: ((Action.READ_BRIEFING, "What parents can see", "briefing.page"), (Action.TELL_STAFF, "Who of the staff has read it", "briefing.staff")),
    9: ((Action.APPROVE_ACCOUNTS, "Approve accounts", "accounts.people"), (Action.APPROVE_ACCOUNTS, "Letters and lists", "letters.page"),
        (Action.HAND_OVER, "Hand-over desk", "desk.find"), (Action.MATCH_PEOPLE, "One adult, two records", "matches.offered"),
        (Action.SETTLE_CORRECTIONS, "Corrections from parents", "corrections.open_ones"),
        (Action.APPROVE_ACCOUNTS, "Leavers and closed accounts", "life.page")),
}


class Way(NamedTuple):
    words: str
    address: str

    @property
    def is_here(self) -> bool:
        return request.path == self.address or (self.address != "/" and request.path.startswith(f"{self.address}/"))


def ways(viewer: Viewer) -> list[Way]:
    """From every page: home, and the pages of the school; of several schools the list, and the pages of the one that is open."""
    schools = [*viewer.schools.values()]
    found = [Way("Home", address("home.home"))]
    if len(schools) > 1 and not viewer.at_home_with_children:
        found.append(Way("Schools", address("schools.all_of_them")))
    found += [Way(words, address(endpoint, authority=schools[0].authority_id)) for action, words, endpoint in FOR_ALL if schools_open(viewer, action)]
    here = schools[0] if len(schools) == 1 else (request.view_args or {}).get("school")
    return found + (ways_of(viewer, here) if isinstance(here, School) else [])


def ways_of_authorities(viewer: Viewer) -> list[Way]:
    """The page of each authority to whose schools this viewer belongs under the hat, by its name."""
    opened = schools_open(viewer, Action.SEE_AUTHORITY_PAGE)
    names = {school.authority_id: school.authority.name for number, school in viewer.schools.items() if number in opened}
    return [Way(name, address("authority_page.page", authority=number)) for number, name in names.items()]


def ways_of(viewer: Viewer, school: School) -> list[Way]:
    """The pages of one school that this viewer may open."""
    return [Way(words, address(endpoint, school=school.id)) for action, words, endpoint in PAGES if school.id in schools_open(viewer, action)]


def ways_of_step(viewer: Viewer, school: School, number: int) -> list[Way]:
    """Where this viewer does what a step of the rollout asks for; none where it is not theirs to do."""
    return [Way(words, address(endpoint, school=school.id)) for action, words, endpoint in STEPS[number] if school.id in schools_open(viewer, action)]


def teach(app: Flask) -> None:
    """Make the menu known to the templates."""
    app.jinja_env.globals.update(ways=ways, ways_of=ways_of, ways_of_authorities=ways_of_authorities, ways_of_step=ways_of_step)
