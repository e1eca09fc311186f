"""`python -m tests.naming` prints how well names are found: by set of sentences and stock of names, and by kind of text."""

from collections import Counter

from tests.naming import texts
from tests.naming.measuring import measure

SEED = 2026


def main() -> None:
    kinds: Counter[tuple[str, bool, bool]] = Counter()
    print("| Sentences | Names | Texts | Recall | Precision | Seconds |\n| --- | --- | --- | --- | --- | --- |")
    for half in texts.NAMING:
        for stock in ("demo", "other"):
            figures = measure(half, stock, SEED)
            kinds += figures.by_kind
            print(f"| {half} | {stock} | {figures.by_kind.total():,} | {figures.recall:.4f} | {figures.precision:.4f} | {figures.build + figures.check:.1f} |")
    print("\n| Kind of text | Names another, found | missed | Names nobody else, let through | taken for one |\n| --- | --- | --- | --- | --- |")
    for kind in sorted({kind for kind, *_ in kinds}):
        print(f"| {kind} | {kinds[kind, True, True]} | {kinds[kind, True, False]} | {kinds[kind, False, False]} | {kinds[kind, False, True]} |")


if __name__ == "__main__":
    main()
