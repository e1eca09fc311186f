"""The baseline: a bare Flask view that reads five rows with Peewee, by their number, and answers with as many bytes as asked for.

It reads the project's own tables on the same database, and each of its threads keeps its connection: the quickest there is.
"""

from flask import Flask, Response, request
from playhouse.db_url import connect

from glowlite import db
from glowlite.config import Config
from glowlite.models import Contact, Link, Pupil, School, User

TABLES = (User, School, Contact, Link, Pupil)


def create_app() -> Flask:
    app = Flask("bare")
    url = Config.from_environment().database_url
    db.database.initialize(connect(url, pragmas={"journal_mode": "wal"}) if url.startswith("sqlite") else connect(url, prefer_psycopg3=True))
    bodies = {}

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.get("/page")
    def page() -> Response:
        """?bytes=: how long the answer shall be. ?opening: with a connection of its own, as Peewee's manual has it."""
        if "opening" in request.args and not db.database.is_closed():
            db.database.close()
        db.database.connect(reuse_if_open=True)
        for table in TABLES:
            table.get(table.id == 1)
        size = request.args.get("bytes", 1000, int)
        return Response(bodies.setdefault(size, "x" * size), mimetype="text/html")

    return app
