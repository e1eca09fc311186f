"""Who gets what at every address: one row a route, one column a person."""

import pytest
from flask import Blueprint, Flask

import app as the_app
from glowlite import db, gate, views
from glowlite.config import Config
from glowlite.gate import UndeclaredView

# The columns. A name after the slash is the hat.
WHO = {
    "stranger": None,
    "mother": "mairi.macleod",            # Catriona (Academy) and Finlay (Primary)
    "neighbour": "tomasz.kowalski",       # another family
    "gordon": "gordon.fraser",            # a court order about Isla, none about Ewan
    "karen": "karen.fraser",              # Isla and Ewan
    "shona/par": "shona.campbell/parent", # Rory
    "shona/sta": "shona.campbell/staff",  # teaches PE to Ewan, never to Rory
    "reid": "ailsa.reid",                 # teaches Catriona, Isla, Ewan and Rory
    "nicolson": "mhairi.nicolson",        # teaches at the Primary: Finlay's class
    "munro": "donald.munro",              # head of the Academy
    "sinclair": "margaret.sinclair",      # head of the Primary
    "baxter": "jean.baxter",              # office of the Academy
    "sharma": "priya.sharma",             # editor of the Academy
    "ross": "helen.ross",                 # authority
}
CHILDREN = {"{catriona}": "000101", "{finlay}": "000102", "{isla}": "000104", "{ewan}": "000105", "{rory}": "000110", "{left}": "000112"}

# 303 is "please sign in" or the way home; 404 what one may not see; 422 a form that was sent empty.
TABLE = """
                                        stranger mother neighbour gordon karen shona/par shona/sta reid nicolson munro sinclair baxter sharma ross
GET  /                                       303    200       200    200   200       200       200  200      200   200      200    200    200  200
GET  /widgets/today                          303    200       200    200   200       200       404  404      404   404      404    404    404  404
GET  /widgets/children                       303    200       200    200   200       200       404  404      404   404      404    404    404  404
GET  /widgets/classes                        303    404       404    404   404       404       200  200      200   200      200    200    404  404
GET  /widgets/calendar                       303    200       200    200   200       200       200  200      200   200      200    200    200  200
GET  /widgets/nothing-of-the-kind            303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /children/{catriona}                    303    200       404    404   404       404       404  200      404   200      404    200    404  404
GET  /children/{finlay}                      303    200       404    404   404       404       404  404      200   404      200    404    404  404
GET  /children/{isla}                        303    404       404    404   200       404       404  200      404   200      404    200    404  404
GET  /children/{ewan}                        303    404       404    200   200       404       200  200      404   200      404    200    404  404
GET  /children/{rory}                        303    404       404    404   404       200       404  200      404   200      404    200    404  404
GET  /children/{left}                        303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /children/0                             303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /children/99999999999999999999          303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /children/{catriona}/widgets/results    303    200       404    404   404       404       404  200      404   200      404    200    404  404
GET  /children/{catriona}/widgets/held       303    200       404    404   404       404       404  404      404   404      404    404    404  404
GET  /children/{catriona}/widgets/children   303    404       404    404   404       404       404  404      404   404      404    404    404  404
GET  /children/{isla}/widgets/attendance     303    404       404    404   200       404       404  200      404   200      404    200    404  404
GET  /children/{ewan}/widgets/attendance     303    404       404    200   200       404       200  200      404   200      404    200    404  404
GET  /children/{rory}/widgets/attendance     303    404       404    404   404       200       404  200      404   200      404    200    404  404
GET  /sign-in                                200    303       303    303   303       303       303  303      303   303      303    303    303  303
POST /sign-in                                422    422       422    422   422       422       422  422      422   422      422    422    422  422
POST /sign-out                               303    303       303    303   303       303       303  303      303   303      303    303    303  303
POST /hat                                    303    303       303    303   303       303       303  303      303   303      303    303    303  303
GET  /password                               303    200       200    200   200       200       200  200      200   200      200    200    200  200
POST /password                               303    422       422    422   422       422       422  422      422   422      422    422    422  422
GET  /healthz                                200    200       200    200   200       200       200  200      200   200      200    200    200  200
"""

_heading, *_rows = TABLE.strip().splitlines()
COLUMNS = _heading.split()
ROWS = [(method, path, dict(zip(COLUMNS, map(int, statuses), strict=True))) for method, path, *statuses in map(str.split, _rows)]
CELLS = [(method, path, who, status) for method, path, row in ROWS for who, status in row.items()]


@pytest.mark.parametrize(("method", "path", "who", "status"), CELLS, ids=[f"{m} {p} {w}" for m, p, w, _ in CELLS])
def test_who_gets_what(visitor, pupil, method, path, who, status):
    username, _, hat = (WHO[who] or "").partition("/")
    for name, number in CHILDREN.items():
        path = path.replace(name, str(pupil(number).id)) if name in path else path
    somebody = visitor(username or None, hat or None)
    assert (somebody.get(path) if method == "GET" else somebody.post(path)).status == status


def test_the_table_has_a_column_for_everybody():
    assert list(WHO) == COLUMNS


def test_every_route_has_a_row(site):
    address = site.url_map.bind("127.0.0.1")
    written = set()
    for method, path, _ in ROWS:
        for name in CHILDREN:
            path = path.replace(name, "1")
        written.add((method, address.match(path, method=method)[0]))
    routes = {(method, rule.endpoint) for rule in site.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    assert routes == written


def test_a_route_says_who_may_use_it(site):
    public = {endpoint for endpoint, view in site.view_functions.items() if view.access.action is None}
    assert public == {"session.sign_in", "session.send_sign_in", "session.sign_out", "health.healthz"}


# --- a view that says nothing -------------------------------------------------------------------------


@pytest.fixture
def another_site(tmp_path):
    """Makes a second app, and gives the database back to the first."""
    handle = db.database.obj
    yield lambda: the_app.create_app(Config(tmp_path, f"sqlite:///{tmp_path}/other.db", "another secret, and long enough as well"))
    db.database.initialize(handle)


def test_a_site_with_an_undeclared_view_does_not_start(another_site, monkeypatch):
    forgotten = Blueprint("forgotten", __name__)
    forgotten.get("/marks.csv")(lambda: "everything")
    monkeypatch.setattr(views, "ALL", (*views.ALL, forgotten))
    with pytest.raises(UndeclaredView, match=r"/marks\.csv"):
        another_site()


def test_a_view_passed_through_another_decorator_is_still_declared(another_site):
    assert another_site().view_functions["password.send_change"].access.action


def test_every_undeclared_route_is_named():
    site = Flask("bare", static_folder=None)
    site.add_url_rule("/a", view_func=lambda: "a", endpoint="a")
    site.add_url_rule("/b", view_func=gate.public(lambda: "b"), endpoint="b")
    with pytest.raises(UndeclaredView, match=r": /a$"):
        gate.refuse_undeclared_views(site)
