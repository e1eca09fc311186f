"""Every widget is a module with a template, and the default pages name only widgets that may stand there."""

import json
from pathlib import Path

from glowlite import widgets
from glowlite.policy import ROLES, Role

ROOT = Path(widgets.__file__).parents[2]


def test_every_widget_has_a_template_and_a_sentence_for_the_page_editor():
    for key, widget in widgets.WIDGETS.items():
        assert (ROOT / "templates" / "widgets" / f"{key}.html").exists(), key
        assert widget.about.endswith("."), key


def test_the_default_pages_name_widgets_that_may_stand_there_for_roles_that_may_use_them():
    pages = json.loads((ROOT / "glowlite" / "defaults" / "pages.json").read_text())
    for page, roles in pages.items():
        for role, placed in roles.items():
            for key, options in placed:
                widget = widgets.WIDGETS[key]
                assert page in widget.pages, (page, key)
                assert widget.needs in ROLES[Role(role)], (role, key)
                assert set(options) <= set(widget.options), (role, key)
