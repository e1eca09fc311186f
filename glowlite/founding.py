"""Hides how an authority begins: its default pages, the default policy for every role, and its schools."""

import json
from pathlib import Path

from glowlite import code_tables, db
from glowlite.models import AgreementText, Audit, Authority, ComponentPolicy, Page, Placement, School
from glowlite.policy import ROLES, Action

FOLDER = Path(__file__).parent

OFF_AT_FIRST = {Action.CONDUCT_TEXT}  # free text may name other children: each school decides


def found(name: str, by: str) -> Authority:
    """Make an authority with everything a first school needs."""
    with db.write_lock():
        authority = Authority.create(name=name)
        add_defaults(authority)
        Audit.write(by, "founded authority", name)
    return authority


def add_defaults(authority: Authority) -> None:
    """Give an authority the default pages that it has not arranged itself, and the default policy for what it has not decided yet."""
    decided = set(ComponentPolicy.select(ComponentPolicy.role, ComponentPolicy.component)
                  .where(ComponentPolicy.authority == authority, ComponentPolicy.school.is_null()).tuples())
    rights = [(role, action) for role, actions in ROLES.items() for action in actions if action.component and (role, action.key) not in decided]
    for role, action in rights:
        ComponentPolicy.create(authority=authority, role=role, component=action.key, allowed=action not in OFF_AT_FIRST)
    for key, roles in json.loads((FOLDER / "defaults" / "pages.json").read_text()).items():
        page, _ = Page.get_or_create(authority=authority, school=None, key=key)
        if page.versions.exists():
            continue  # the authority has arranged it
        rows = [{"page": page, "role": role, "widget": widget, "position": position, "options_text": json.dumps(options)}
                for role, widgets in roles.items() for position, (widget, options) in enumerate(widgets)]
        Placement.delete().where(Placement.page == page).execute()
        Placement.insert_many(rows).execute()


def complete_defaults() -> None:
    """After an upgrade: default policy and pages for what is new."""
    for authority in Authority.select():
        add_defaults(authority)


def add_school(authority: Authority, code: str, name: str, by: str, **details: str | None) -> School:
    """Make a school; details are other columns of School, such as mis_id, kind or accent."""
    with db.write_lock():
        school = School.create(authority=authority, code=code, name=name, **{key: value for key, value in details.items() if value})
        AgreementText.put_in_force(school)
        code_tables.settle(school)
        Audit.write(by, "added school", code, school=school, after={"name": name} | details)
    return school


def the_authority() -> Authority | None:
    """The authority of this installation."""
    return Authority.select().order_by(Authority.id).first()
