"""One module a resource; `ALL` is the list the app registers."""

from glowlite.views import children, health, home, password, session

ALL = (home.pages, children.pages, session.pages, password.pages, health.pages)
