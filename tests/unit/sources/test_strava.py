import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from run_tracker.sources.strava import read_labels

ENGLISH = [
    "Activity ID",
    "Activity Date",
    "Activity Name",
    "Activity Type",
    "Activity Description",
    "Elapsed Time",
    "Distance",
    "Commute",
    "Activity Gear",
    "Filename",
    "Elapsed Time",
    "Distance",
    "Media",
]
GERMAN = [
    "Aktivitäts-ID",
    "Aktivitätsdatum",
    "Name der Aktivität",
    "Aktivitätsart",
    "Aktivitätsbeschreibung",
    "Verstrichene Zeit",
    "Distanz",
    "Pendeln",
    "Aktivitätsausrüstung",
    "Dateiname",
    "Verstrichene Zeit",
    "Distanz",
    "Medien",
]
OLD = ["id", "date", "name", "type", "description", "elapsed_time", "distance", "commute", "gear", "filename"]


def table(*rows: list[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def row(title: str, description: str, file: str) -> list[str]:
    return [
        "1",
        "Apr 5, 2031, 6:00:00 AM",
        title,
        "Run",
        description,
        "3600",
        "10.0",
        "false",
        "",
        file,
        "3600",
        "1",
        "",
    ]


def test_a_recording_has_its_title_and_description():
    raw = table(
        ENGLISH, row("Morning, slow", "Felt\ngood", "activities/1.fit.gz"), row("Lunch", "", "activities/2.gpx")
    )
    assert read_labels(raw) == {
        "activities/1.fit.gz": ("Morning, slow", "Felt\ngood"),
        "activities/2.gpx": ("Lunch", None),
    }


def test_other_languages_and_older_exports_are_read():
    for header in (GERMAN, OLD):
        raw = b"\xef\xbb\xbf" + table(header, row("Früh", "nass", "activities/1.fit.gz"))
        assert read_labels(raw) == {"activities/1.fit.gz": ("Früh", "nass")}


def test_columns_are_found_by_name_wherever_they_are():
    raw = table(["Filename", "Activity Description", "Activity Name"], ["activities/7.tcx", "nass", "Früh"])
    assert read_labels(raw) == {"activities/7.tcx": ("Früh", "nass")}


def test_a_title_that_looks_like_a_file_is_a_title():
    raw = table(ENGLISH, row("activities/9.gpx", "", "activities/1.fit"))
    assert read_labels(raw) == {"activities/1.fit": ("activities/9.gpx", None)}


def test_rows_that_make_no_sense_are_skipped():
    raw = table(
        ENGLISH,
        ["1", "2"],
        row("manual", "", ""),
        row("photo", "", "media/1.jpg"),
        row("up", "", "activities/../../etc/1.fit"),
        row("huge", "x" * 200_000, "activities/3.fit"),
        row("good", "", "activities/4.fit"),
    )
    assert read_labels(raw) == {"activities/4.fit": ("good", None)}


def test_titles_and_descriptions_are_bounded():
    raw = table(ENGLISH, row("t" * 999, "d" * 9999, "activities/1.fit"))
    title, description = read_labels(raw)["activities/1.fit"]
    assert (len(title), len(description)) == (200, 2000)


def test_a_short_header_of_positions_that_rows_lack_is_no_error():
    assert read_labels(table(["Filename", "x", "y", "Activity Name"], ["activities/1.fit"])) == {}


@given(st.binary(max_size=400))
def test_any_bytes_are_some_table(raw):
    assert isinstance(read_labels(raw), dict)


names = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=40)


@given(st.lists(st.tuples(names, names), max_size=8))
def test_what_is_written_is_read_back(written):
    raw = table(ENGLISH, *(row(*label, f"activities/{number}.fit") for number, label in enumerate(written)))
    assert list(read_labels(raw).values()) == [(title.strip() or None, told.strip() or None) for title, told in written]
