"""What a reader sees of a result in its metadata: the first rows of a table, or a plot."""

import base64
from io import BytesIO

import pandas as pd
from matplotlib.figure import Figure

import headwater as hw


def first_rows(table: pd.DataFrame, rows: int = 5) -> hw.MarkdownMetadataValue:
    """The first rows of a table, as a table in markdown."""
    head = table.head(rows)
    lines = [list(head.columns), ["---"] * len(head.columns), *head.itertuples(index=False)]
    return hw.MetadataValue.md("\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines))


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def picture(figure: Figure, title: str) -> hw.MarkdownMetadataValue:
    """A figure as a PNG inside markdown, so that the picture is kept with the run that drew it."""
    png = BytesIO()
    figure.savefig(png, format="png")
    return hw.MetadataValue.md(
        f"![{title}](data:image/png;base64,{base64.b64encode(png.getvalue()).decode()})"
    )
