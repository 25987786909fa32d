"""The assets: functions whose results are stored. A parameter with the name of an asset receives its value."""

from collections import Counter

import headwater as hw


@hw.asset
def orders() -> list[tuple[str, int]]:
    """What was ordered, and how much of it. Read your own source here."""
    return [("bread", 3), ("cake", 1), ("bread", 2), ("coffee", 4)]


@hw.asset
def sold(orders: list[tuple[str, int]]) -> dict[str, int]:
    """How much of each article was sold."""
    total: Counter[str] = Counter()
    for article, amount in orders:
        total[article] += amount
    return dict(total)


@hw.asset
def report(context: hw.AssetExecutionContext, sold: dict[str, int]) -> str:
    """The articles, most wanted first; the page shows it, too."""
    ranking = sorted(sold.items(), key=lambda each: each[1], reverse=True)
    text = "\n".join(f"- {article}: {amount}" for article, amount in ranking)
    context.add_output_metadata({"preview": hw.MetadataValue.md(text), "articles": len(ranking)})
    return text
