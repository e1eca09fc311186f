"""One module a resource; `ALL` is the list the app registers."""

from glowlite.views import (
    agreement,
    arranging,
    audit,
    children,
    drops,
    groups,
    health,
    home,
    news,
    password,
    people,
    schools,
    session,
    why,
)

ALL = (
    home.pages, children.pages, groups.pages, news.pages, arranging.pages, why.pages, people.pages, drops.pages, audit.pages, schools.pages,
    agreement.pages, session.pages, password.pages, health.pages,
)
