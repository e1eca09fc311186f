"""A visitor of the site who looks over every page they open: one h1, a title, no id twice, no inline script or style, CSRF in each form."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from flask.testing import EnvironBuilder

from glowlite.models import User


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.wrong: list[str] = []
        self.counts: dict[str, int] = {}
        self.form: dict[str, str] | None = None
        self.forms: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.counts[tag] = self.counts.get(tag, 0) + 1
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[name] for name in ("href", "src", "hx-get", "action") if name in given]
        self.wrong += [f"{tag} {name}=" for name in given if name == "style" or (name.startswith("on") and tag != "meta")]
        if tag == "script" and "src" not in given:
            self.wrong.append("inline script")
        if tag == "img" and "alt" not in given:
            self.wrong.append("img without alt")
        if tag == "form":
            self.forms.append({"method": given.get("method", "get").lower(), "action": given.get("action", "")})
        if tag == "input" and self.forms and "name" in given:
            self.forms[-1][given["name"]] = given.get("value", "")


@dataclass
class Seen:
    """What came back. links: every address the page names."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)

    def __contains__(self, words: str) -> bool:
        return words in self.text


class Visitor:
    """Somebody with a browser; signed in as `username`, or a stranger."""

    def __init__(self, site: Flask, username: str | None = None, hat: str | None = None) -> None:
        self.client = site.test_client()
        if username:
            user = User.get(User.username == username)
            with self.client.session_transaction() as session:
                session.update(_user_id=user.get_id(), _fresh=True, **({"hat": hat} if hat else {}))

    def get(self, address: str, **headers: str) -> Seen:
        return self._seen(self.client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()}))

    def post(self, address: str, fields: dict[str, str] | None = None, *, csrf: bool = True, **headers: str) -> Seen:
        token = {"csrf_token": self.csrf()} if csrf else {}
        builder = EnvironBuilder(self.client.application, address, method="POST", data=(fields or {}) | token,
                                 headers={n.replace("_", "-"): v for n, v in headers.items()})
        environ = builder.get_environ()
        body = environ["wsgi.input"]
        try:
            return self._seen(self.client.open(environ))
        finally:
            body.close()  # a large upload lies in a file, which Flask's client leaves open
            builder.close()

    def sign_in(self, username: str, password: str) -> Seen:
        return self.post("/sign-in", {"username": username, "password": password})

    def csrf(self) -> str:
        """The token of the first form that this visitor is shown."""
        for address in ("/sign-in", "/", "/password"):
            for form in self.get(address).forms:
                if "csrf_token" in form:
                    return form["csrf_token"]
        raise AssertionError("no form with a CSRF token was found")

    def _seen(self, response) -> Seen:
        text = response.get_data().decode(errors="replace")
        if response.mimetype != "text/html" or response.status_code in (301, 302, 303, 304, 308):
            return Seen(response.status_code, text, dict(response.headers))
        reader = _Reader()
        reader.feed(text)
        self._look_over(reader, is_page="<html" in text)
        return Seen(response.status_code, text, dict(response.headers), reader.links, reader.forms)

    def _look_over(self, reader: _Reader, is_page: bool) -> None:
        assert not reader.wrong, reader.wrong
        twice = {name for name in reader.ids if reader.ids.count(name) > 1}
        assert not twice, f"ids that stand twice: {twice}"
        for form in reader.forms:
            assert form["method"] == "get" or "csrf_token" in form, f"a form without CSRF token: {form}"
        if is_page:
            assert reader.counts.get("h1") == 1, f"{reader.counts.get('h1', 0)} h1"
            assert reader.counts.get("title", 0) >= 1 and reader.counts.get("main") == 1
