"""A thousand letters with QR codes as one PDF: all that `flask accounts letters` does, beside WeasyPrint given the finished pages."""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from flask import render_template

from glowlite.models import School
from glowlite.rollout import decisions, letters
from glowlite.rollout.letters import Choice, Letter
from tests.bench.count import opened
from tests.bench.loading import peak
from tests.bench.report import Line, ratio
from tests.bench.serve import database

LETTERS, PUPILS, ROUNDS = 1000, 1600, 2
AIM = 1.5
CODE = "morran-academy"


def measure() -> Iterator[Line]:
    with database("letters") as site, tempfile.TemporaryDirectory() as folder:
        site.flask("demo", "load", "--pupils", str(PUPILS))
        page = Path(folder) / "bare.html"
        mine, bare = [], []
        for _ in range(ROUNDS):
            mine.append(site.python("tests.bench.letters:print_made", str(page), str(LETTERS)))
            bare.append(site.python("tests.bench.letters:print_bare", str(page)))
    seconds, work = ([one[what] / other[what] for one, other in zip(mine, bare, strict=True)] for what in ("seconds", "work"))
    best, other = (min(rounds, key=lambda one: one["seconds"]) for rounds in (mine, bare))
    yield Line(f"{LETTERS:,} letters with codes, QR and back page", f"{best['seconds']:.1f} s", f"WeasyPrint alone, {other['seconds']:.1f} s",
               f"{ratio(seconds)} (by processor time {statistics.median(work):.2f})", f"≤ {AIM:.2f}", max(seconds) <= AIM)
    yield Line("most memory for it", f"{best['mb']:,.0f} MB", f"WeasyPrint alone, {other['mb']:,.0f} MB", f"{best['mb'] / other['mb']:.2f}")
    yield Line("size of the PDF", f"{best['bytes'] / 1e6:.1f} MB", f"WeasyPrint alone, {other['bytes'] / 1e6:.1f} MB")


class _Nobody:
    def begin(self, total: int) -> None: ...
    def step(self, count: int = 1) -> None: ...


def print_made(page: str, count: str) -> None:
    """From choosing the adults to the PDF in the database. Also writes the same pages as one HTML file, for the other."""
    app = opened()
    with app.app_context():
        school = School.get(School.code == CODE)
        users = [one.user.id for one in letters.in_order(school) if Choice(letters.UNUSED).takes(one)][:int(count)]
        printed: list[Letter] = []
        front = letters.front
        letters.front = lambda school, some: (printed.extend(some), front(school, some))[1]
        begins = time.perf_counter()
        made = letters.make("bench", school, Choice(letters.CHOSEN, users=tuple(users)), letters.PRINTED, _Nobody())
        seconds, work, most = time.perf_counter() - begins, time.process_time(), peak()
        if made.run.count != int(count):
            raise SystemExit(f"{made.run.count} letters: {made.left_out[:5]}")
        pdf = letters.fetch("bench", school, made.run.id, letters.PDF)
        back = _inside(render_template("letters/account_help.html", school=school, support=decisions.support(school)))
        html = front(school, printed).replace("</section>", f'</section><section class="back"><article>{back}</article></section>')
        Path(page).write_text(html.replace("</style>", "article { padding: 20mm 22mm; }</style>"))
    print(json.dumps({"seconds": seconds, "work": work, "mb": most, "bytes": len(pdf or b"")}))


def _inside(html: str) -> str:
    return html.partition("<body>")[2].partition("</body>")[0]


def print_bare(page: str) -> None:
    import weasyprint

    begins = time.perf_counter()
    pdf = weasyprint.HTML(filename=page).write_pdf()
    print(json.dumps({"seconds": time.perf_counter() - begins, "work": time.process_time(), "mb": peak(), "bytes": len(pdf)}))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
