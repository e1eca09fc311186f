"""Hides how a page becomes paper: a template of templates/letters as PDF, with nothing fetched from anywhere."""

from typing import Any

from flask import render_template


def pdf(template: str, **values: Any) -> bytes:
    """The PDF of templates/letters/<template>.html with these values; what it shows must stand in it, for no address is followed."""
    import weasyprint  # takes half a second to import, and only paper needs it

    page = weasyprint.HTML(string=render_template(f"letters/{template}.html", **values), url_fetcher=weasyprint.URLFetcher(allowed_protocols=("data",)))
    content: bytes = page.write_pdf()
    return content
