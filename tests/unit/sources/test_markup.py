import pytest
from hypothesis import given
from hypothesis import strategies as st

from run_tracker.errors import UnreadableFile
from run_tracker.sources.markup import MOST_DEPTH, MOST_NAMES, scan

BILLION_LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<list><point><a>&lol2;</a></point></list>"""
FROM_A_FILE = b"""<!DOCTYPE list [<!ENTITY x SYSTEM "file:///etc/hostname">]><list><point><a>&x;</a></point></list>"""


def points(raw):
    """Scan a list of points; return what each says and the flaw."""
    found = []
    flaw = scan(raw, {"list": lambda *_: None, "point": lambda values, _: found.append(values)}, point="point")
    return found, flaw


def test_a_point_says_its_attributes_and_the_text_of_what_is_in_it():
    found, flaw = points(b'<list><point at="1"><a>2</a><b><c>3</c></b><d/></point><point/></list>')
    assert flaw is None
    assert found == [{"at": "1", "a": "2", "c": "3"}, {}]


def test_an_element_can_speak_to_the_one_around_it():
    said = []
    handlers = {
        "outer": lambda values, _: said.append(values),
        "inner": lambda values, around: around.update(heard=values["name"]),
    }
    scan(b"<outer><name>mine</name><inner><name>its own</name></inner></outer>", handlers, point="none")
    assert said == [{"name": "mine", "heard": "its own"}]


@pytest.mark.parametrize("opening", [b"<n:point>", b"<a.b-c:point>", b'<n:point xmlns:n="somewhere">'])
def test_prefixes_are_dropped_declared_or_not(opening):
    found, flaw = points(b"<list>" + opening + b"<x:hr>9</x:hr></" + opening[1:].split()[0].rstrip(b">") + b"></list>")
    assert (found[0]["hr"], flaw) == ("9", None)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"          ", b"\xef\xbb\xbf\r\n\t", b"\n\n"])
def test_a_byte_order_mark_and_white_space_may_come_first(before):
    found, flaw = points(before + b'<?xml version="1.0"?><list><point><a>1</a></point></list>')
    assert (found, flaw) == ([{"a": "1"}], None)


@pytest.mark.parametrize(
    "encoded",
    [
        '<?xml version="1.0" encoding="UTF-16"?><list><point><a>Zürich</a></point></list>'.encode("utf-16"),
        '<?xml version="1.0" encoding="windows-1252"?><list><point><a>Zürich</a></point></list>'.encode("cp1252"),
        "<list><point><a><![CDATA[Zürich]]></a><!-- a comment --><?a target?></point></list>".encode(),
        b"<list><point><a>Z&#252;rich</a></point></list>",
    ],
)
def test_text_is_read_in_the_encoding_it_says(encoded):
    found, flaw = points(encoded)
    assert (found, flaw) == ([{"a": "Zürich"}], None)


@pytest.mark.parametrize("name", ["no-such", "shift_jis", "utf-7", "idna"])
def test_an_encoding_nobody_can_read_is_said(name):
    with pytest.raises(UnreadableFile, match="encoding"):
        points(f'<?xml version="1.0" encoding="{name}"?><list></list>'.encode())


@pytest.mark.parametrize("bomb", [BILLION_LAUGHS, FROM_A_FILE, b"<!DOCTYPE list><list></list>"])
def test_document_types_and_entities_are_refused(bomb):
    with pytest.raises(UnreadableFile, match="refused"):
        points(bomb)


@pytest.mark.parametrize(
    "flood",
    [
        b"<list>" * (MOST_DEPTH + 1),
        b"<list>" + b"".join(b"<n%d/>" % number for number in range(MOST_NAMES + 1)) + b"</list>",
    ],
)
def test_what_would_fill_the_memory_is_refused(flood):
    with pytest.raises(UnreadableFile):
        points(flood)


def test_where_a_document_breaks_off_is_said_and_what_came_before_is_kept():
    whole = b"<list>\n<point><a>1</a></point>\n<point><a>2</a><b>3</b></point></list>"
    cut = whole.index(b"</b>") + 1
    found, flaw = points(b"  " + whole[:cut])
    assert found == [{"a": "1"}, {"a": "2"}]
    assert flaw.offset == cut + 1  # the place of the last, unfinished tag, counted in the file as it came
    assert "line 3" in flaw.reason


def test_a_document_that_is_none_has_a_flaw():
    assert points(b"")[1] is not None
    assert points(b"<?xml version")[1] is not None
    assert points(b"<list><point></list>")[0] == [{}]


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_flaw_or_a_refusal(raw):
    try:
        found, flaw = points(b"<list><point>" + raw)
    except UnreadableFile:
        return
    assert flaw is not None or found


@given(st.integers(0, 120))
def test_a_document_cut_anywhere_gives_the_points_before_the_cut(cut):
    whole = b"<list>" + b"<point><a>1</a></point>" * 4 + b"</list>"
    found, flaw = points(whole[:cut])
    complete = [point for point in found if point == {"a": "1"}]
    assert len(complete) >= whole[:cut].count(b"</a>")
    assert (flaw is None) == (cut >= len(whole))
