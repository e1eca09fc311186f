"""`python -m tests.bench` measures everything on the database of DATABASE_URL (SQLite without it); with names, only those parts."""

import os
import sys

from tests.bench import drops, growth, letters, nights, pages, phone, report

PARTS = {"pages": pages, "growth": growth, "drops": drops, "nights": nights, "letters": letters, "phone": phone}


def main(wanted: list[str]) -> None:
    """Print each line as it comes; the whole table also goes into docs/performance.md."""
    server = os.environ.get("DATABASE_URL")
    about = report.machine(report.database_version(server))
    print(about)
    lines = []
    for name in wanted or PARTS:
        for line in PARTS[name].measure():
            print(" | ".join(cell for cell in line.cells if cell), flush=True)
            lines.append(line)
    if not wanted:
        report.write("postgresql" if server else "sqlite", about, lines)
        print(f"\n{report.text(lines)}")


if __name__ == "__main__":
    main(sys.argv[1:])
