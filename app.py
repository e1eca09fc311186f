"""Puts the parts together: `create_app()` is the only place that knows them all."""

import base64
import gc
import hashlib
import logging
from pathlib import Path

import js_lib_htmx
from flask import Flask, g, render_template, request
from flask.sessions import SecureCookieSessionInterface
from flask_compress import Compress
from flask_htmx import HTMX
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from glowlite import clock, db, drawing, gate, menu, views, words
from glowlite.config import ROOT, Config
from glowlite.turns import Turns

HTMX_FOLDER = Path(js_lib_htmx.__file__).parent / "static" / "htmx"


class Sessions(SecureCookieSessionInterface):
    """Cookies travel over HTTPS only, but for trying GlowLite on one's own machine."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or request.host.split(":")[0] not in ("127.0.0.1", "localhost", "[")


def create_app(config: Config | None = None) -> Flask:
    """The site as a WSGI application. Raises BadSetting or UndeclaredView rather than start unsafely."""
    config = config or Config.from_environment()
    app = Flask("glowlite", root_path=str(ROOT), static_folder=None)
    app.config.update(
        GLOWLITE=config, SECRET_KEY=config.secret_key, MAX_CONTENT_LENGTH=2_000_000,
        SESSION_COOKIE_NAME="glowlite", SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a page kept by the browser stays usable while the session lives
        RATELIMIT_STORAGE_URI=config.limits_storage, COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_BR_LEVEL=0, COMPRESS_LEVEL=1,
    )
    app.session_interface = Sessions()
    app.jinja_environment = drawing.Templates
    db.use(config.database_url)
    app.wsgi_app = Turns(app.wsgi_app, gate.longest_body(app))  # type: ignore[method-assign]
    _serve_files(app)
    words.teach(app)
    menu.teach(app)
    HTMX(app)
    Compress(app)
    gate.guard(app)
    for pages in views.ALL:
        app.register_blueprint(pages)
    app.register_error_handler(Exception, _say_what_went_wrong)
    gate.refuse_undeclared_views(app)
    _add_commands(app)
    if config.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.trusted_proxies, x_proto=config.trusted_proxies)  # type: ignore[method-assign]
    _collect_garbage_rarely()
    return app


def _collect_garbage_rarely() -> None:
    """What was made at the start stays, and a page is many small things that go at once: looking for rubbish less often is quicker."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def _serve_files(app: Flask) -> None:
    """Static files under an address that changes with their content, and the stylesheet within the page, allowed by its hash."""
    style = (ROOT / "static" / "glowlite.css").read_text()
    files = [*sorted((ROOT / "static").rglob("*.*")), HTMX_FOLDER / "htmx.min.js"]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    sources = [*sorted((ROOT / "templates").rglob("*.html")), *sorted((ROOT / "glowlite").rglob("*.py"))]
    app.config["BUILD"] = digest + hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()[:12]
    app.config["STYLE_HASH"] = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    app.jinja_env.globals.update(style=style, static=lambda name: f"/static/{digest}/{name}")
    noise = WhiteNoise(app.wsgi_app, max_age=31_536_000, immutable_file_test=lambda path, url: True)
    noise.add_files(str(ROOT / "static"), prefix=f"static/{digest}")
    noise.add_files(str(HTMX_FOLDER), prefix=f"static/{digest}")
    app.wsgi_app = noise  # type: ignore[method-assign]


def _add_commands(app: Flask) -> None:
    from glowlite import cli, demo  # commands are for the shell; serving pages need not wait for them

    for command in (*cli.COMMANDS, demo.commands):
        app.cli.add_command(command)


def _say_what_went_wrong(error: Exception) -> HTTPException | tuple[str, int, dict[str, str]]:
    """Every error as a page in plain words; the details go to the log, never to the person."""
    if isinstance(error, HTTPException) and (error.code or 500) < 400:
        return error  # a redirect to the right spelling of an address
    code = error.code or 500 if isinstance(error, HTTPException) else 500
    if code == 500:
        logging.getLogger("glowlite").exception("While answering %s %s", request.method, request.path, exc_info=error)
    headers = dict(error.get_headers()) if isinstance(error, HTTPException) else {}
    keep = {name: value for name, value in headers.items() if name in ("Allow", "Retry-After", "Location")}
    if code == 429:
        keep["Retry-After"] = str(gate.seconds_to_wait())
    g.setdefault("_login_user", None)  # who it is does not matter here, and asking a database that is down would fail again
    return render_template("pages/error.html", code=code, at=clock.local(clock.now())), code, keep
