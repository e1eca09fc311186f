"""The home page of staff as a whole: what stands there for whom, in which order, and that all of it is read before the first word is drawn."""

import re

import pytest
from flask import g, render_template

from glowlite.models import ComponentPolicy, Group, Pupil
from glowlite.policy import STAFF_HAT
from glowlite.widgets import home_of, panels

STAFF = {
    "ailsa.reid": ["classes", "my_posts", "news"],
    "donald.munro": ["waiting", "changes", "my_posts", "news", "calendar", "classes", "drops"],
    "jean.baxter": ["waiting", "drops", "my_posts", "news", "calendar", "classes"],
    "priya.sharma": ["my_posts", "news"],
    "helen.ross": ["my_posts", "news", "calendar", "source"],
}


@pytest.fixture
def catriona(site) -> Pupil:
    return Pupil.get(Pupil.mis_id == "000101")


@pytest.mark.parametrize("username", STAFF)
def test_what_one_works_with_stands_first(visitor, username):
    page = visitor(username).get("/")
    assert re.findall(r'id="w-(\w+)"', page.text)[:len(STAFF[username])] == STAFF[username]


@pytest.mark.parametrize("username", STAFF)
def test_everything_is_read_before_the_page_is_drawn(site, viewer_of, counted, username):
    viewer = viewer_of(username, STAFF_HAT)
    with site.test_request_context("/"):
        g.viewer, g._login_user = viewer, None
        ready = panels(viewer, home_of(viewer))
        with counted() as statements:
            assert render_template("parts/panels.html", panels=ready)
    assert statements == []


@pytest.mark.parametrize(("username", "hat"), [("mairi.macleod", None), ("shona.campbell", "parent")])
def test_a_parent_meets_none_of_it(visitor, username, hat):
    parent = visitor(username, hat)
    for key in ("classes", "my_posts", "waiting", "changes", "drops"):
        assert parent.get(f"/widgets/{key}").status == 404 and f'id="w-{key}"' not in parent.get("/")


def test_a_class_leads_to_its_own_page_and_to_its_pupils(visitor, catriona):
    page = visitor("ailsa.reid").get("/widgets/classes")
    assert f"/groups/{Group.get(Group.mis_id == '2B-EN').id}" in page.links and f"/children/{catriona.id}" in page.links


def test_where_the_pages_of_groups_are_closed_to_staff_a_class_leads_to_its_pupils_only(visitor, catriona):
    ComponentPolicy.update(allowed=False, locked=True).where(ComponentPolicy.component == "group").execute()
    page = visitor("ailsa.reid").get("/widgets/classes")
    assert not any(link.startswith("/groups/") for link in page.links) and f"/children/{catriona.id}" in page.links


def test_the_page_is_the_newest_every_time(visitor):
    assert "ETag" not in visitor("ailsa.reid").get("/").headers and "ETag" in visitor("mairi.macleod").get("/").headers
