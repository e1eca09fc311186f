"""Is the site up? For load balancers and monitors."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from glowlite import db, gate

pages = Blueprint("health", __name__)


@pages.get("/healthz")
@gate.public
def healthz() -> ResponseReturnValue:
    db.run("SELECT 1")
    return {"status": "ok"}
