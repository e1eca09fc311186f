"""What templates are given, whichever way they look for it; nothing that somebody typed becomes HTML."""

import pytest


@pytest.mark.parametrize(("source", "drawn"), [
    ("{{ typed }}", "&lt;b&gt; &amp; co"),
    ("{{ typed|safe }}", "<b> & co"),
    ("<p title=\"{{ typed ~ '\"' }}\">", '<p title="&lt;b&gt; &amp; co&#34;">'),
    ("{% macro card(text) %}<i>{{ text }}</i>{% endmacro %}{{ card(typed) }}", "<i>&lt;b&gt; &amp; co</i>"),
    ("{% set inside %}<i>{{ typed }}</i>{% endset %}{{ inside }}", "<i>&lt;b&gt; &amp; co</i>"),
    ("{{ [typed, 'x']|join(', ') }}", "&lt;b&gt; &amp; co, x"),
    ("{{ missing }}{{ days(today(), today()) == today()|day }}", "True"),
])
def test_what_is_typed_stays_text_in_a_page(site, source, drawn):
    assert site.jinja_env.from_string(source).render(typed="<b> & co") == drawn


def test_what_one_page_is_given_no_other_has(site):
    assert site.jinja_env.from_string("{{ typed }}", globals={"typed": "here"}).render() == "here"
    assert site.jinja_env.from_string("{% set days = 1 %}{{ days }}").render(typed="x") == "1"
    assert site.jinja_env.from_string("{{ typed }}{{ days is callable }}").render() == "True"
