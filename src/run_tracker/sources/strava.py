"""What Strava's export says beside the recordings: the titles and descriptions in its activities.csv."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

Label = tuple[str | None, str | None]
"""A recording's title and description."""

TABLE = "activities.csv"
MOST_TABLE_BYTES = 64 << 20  # of the table; ten thousand activities take ten

_RECORDING = re.compile(r"activities/[^/]+\.(fit|tcx|gpx)(\.gz)?", re.IGNORECASE)
_TITLE, _DESCRIPTION, _FILE = 2, 4, 5  # where they are in every language; the file is somewhere from the sixth on


def read_labels(raw: bytes) -> dict[str, Label]:
    """
    Return the label of each recording in an activities.csv by its path in the export ("activities/123.fit.gz").

    Rows that cannot be read or name no recording are skipped.

    The header comes in the athlete's language and names some columns twice: where it is not English, the title is the
    third column, the description the fifth, and the file what looks like one.
    """
    rows = _rows(raw[:MOST_TABLE_BYTES].decode("utf-8-sig", "replace"))
    header = [name.strip().lower().removeprefix("activity ") for name in next(rows, [])]
    title = header.index("name") if "name" in header else _TITLE
    description = header.index("description") if "description" in header else _DESCRIPTION
    first = header.index("filename") if "filename" in header else _FILE
    labels: dict[str, Label] = {}
    for row in rows:
        file = next((cell.strip() for cell in row[first:] if _RECORDING.fullmatch(cell.strip())), None)
        if file and len(row) > max(title, description):
            labels[file] = _label(row, title, description)
    return labels


def _rows(text: str) -> Iterator[list[str]]:
    table = csv.reader(io.StringIO(text, newline=""))
    while True:
        try:
            yield next(table)
        except csv.Error:
            continue
        except StopIteration:
            return


def _label(row: Sequence[str], title: int, description: int) -> Label:
    from run_tracker.sources.track import MOST_DESCRIPTION, MOST_TITLE, words

    return words(row[title], MOST_TITLE), words(row[description], MOST_DESCRIPTION)
