"""The commands of the site: flask db, drops, users, schools, codes."""

GROUPS = ()
