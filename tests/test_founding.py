"""How an authority begins, and what an upgrade gives to one that has begun already."""

from glowlite.models import ComponentPolicy, Page, Placement


def widgets_on(page):
    return [row.widget for row in Placement.select().where(Placement.page == page, Placement.role == "parent").order_by(Placement.position)]


def test_an_upgrade_gives_the_default_pages_what_is_new(shell, academy):
    home = Page.default(academy.authority, "home")
    before = widgets_on(home)
    Placement.delete().where(Placement.page == home, Placement.widget == "news").execute()
    assert shell("db", "upgrade").exit_code == 0
    assert widgets_on(home) == before and "news" in before


def test_an_upgrade_leaves_what_a_school_arranged(shell, academy):
    own = Page.create(authority=academy.authority, school=academy, key="home")
    Placement.create(page=own, role="parent", widget="links", position=0)
    shell("db", "upgrade")
    assert widgets_on(own) == ["links"]


def test_an_upgrade_decides_only_what_nobody_decided(shell, academy):
    here = (ComponentPolicy.authority == academy.authority) & ComponentPolicy.school.is_null() & (ComponentPolicy.role == "parent")
    ComponentPolicy.update(allowed=False).where(here, ComponentPolicy.component == "news").execute()
    ComponentPolicy.delete().where(here, ComponentPolicy.component == "group").execute()
    shell("db", "upgrade")
    decided = {row.component: row.allowed for row in ComponentPolicy.select().where(here)}
    assert decided["news"] is False and decided["group"] is True
