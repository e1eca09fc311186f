"""Programs that run within the environment of a measured site; each prints one JSON value."""

import json
import sys
from typing import Any

import peewee
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from glowlite import db
from glowlite.models import User


def opened() -> Flask:
    app = create_app()
    db.database.connect()
    return app


def signed_in(app: Flask, username: str) -> FlaskClient:
    """Somebody who has signed in and read the home page once: the first reading of a day is written down."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=User.get(User.username == username).get_id(), _fresh=True)
    client.get("/")
    return client


def print_cookie(username: str) -> None:
    cookie = signed_in(opened(), username).get_cookie("glowlite")
    assert cookie
    print(json.dumps(f"glowlite={cookie.value}"))


def print_queries(username: str) -> None:
    """{page: statements}"""
    print(json.dumps(_counts(opened(), username)))


def _counts(app: Flask, username: str) -> dict[str, int]:
    client = signed_in(app, username)
    child = client.get("/").text.split("/children/", 1)[1].split('"', 1)[0].split("#", 1)[0]
    return {"home page": _statements(client, "/"), "child page": _statements(client, f"/children/{child}")}


def _statements(client: FlaskClient, path: str) -> int:
    handle: peewee.Database = db.database.obj
    run, count = handle.execute_sql, 0

    def counted(*args: Any) -> Any:
        nonlocal count
        count += 1
        return run(*args)

    handle.execute_sql = counted  # type: ignore[method-assign]
    try:
        assert client.get(path).status_code == 200
    finally:
        del handle.execute_sql
    return count


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
