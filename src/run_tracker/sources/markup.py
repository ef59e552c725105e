"""Reading the markup of TCX and GPX: elements in, one call for each that matters out, no tree in between."""

from collections.abc import Callable, Mapping
from xml.parsers.expat import ErrorString, ExpatError, XMLParserType

from defusedxml.common import DefusedXmlException
from defusedxml.expatbuilder import DefusedExpatBuilder

from run_tracker.errors import UnreadableFile
from run_tracker.model import Flaw

Values = dict[str, str]
"""What an element says: its attributes, and the text of the elements in it that have no handler, by local name."""

Handler = Callable[[Values, Values], None]
"""Takes an element's values and those of the element with a handler around it."""

MOST_NAMES = 1_000  # kinds of element; real files have about fifty
MOST_DEPTH = 50  # elements with a handler inside one another; real files have six


class _LocalNames(dict[str, str]):
    """An element's name without its prefix, worked out once a name; prefixes need not be declared."""

    def __missing__(self, tag: str) -> str:
        if len(self) >= MOST_NAMES:
            raise UnreadableFile(f"has more than {MOST_NAMES} kinds of XML element, which no recording has")
        self[tag] = name = tag.rpartition(":")[2]
        return name


def _listen(parser: XMLParserType, handlers: Mapping[str, Handler], point: str) -> Callable[[], bool]:
    """
    Have the parser call the handlers; return what ends the element we are in (False where we are in none).

    Inside a point only the ends of elements are listened to, which takes a third off the whole: the text then
    begins with the white space before the element, which numbers and time stamps do not mind.
    """
    local = _LocalNames()
    around: list[tuple[str, Values]] = []
    inside, values = "", Values()
    text: list[str] = []

    def start(tag: str, attributes: list[str]) -> None:
        nonlocal inside, values
        text.clear()
        if local[tag] not in handlers:
            return
        if len(around) >= MOST_DEPTH:
            raise UnreadableFile("has XML elements nested deeper than any recording has")
        around.append((inside, values))
        inside, values = local[tag], dict(zip(attributes[::2], attributes[1::2], strict=True))
        if inside == point:
            parser.StartElementHandler = None

    def end(tag: str) -> None:
        name = local[tag]
        if name == inside:
            leave()
        elif text:
            values[name] = "".join(text)
        text.clear()

    def leave() -> bool:
        nonlocal inside, values
        if not around:
            return False
        ended, told = inside, values
        inside, values = around.pop()
        parser.StartElementHandler = start
        handlers[ended](told, values)
        return True

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text.append
    return leave


def scan(raw: bytes, handlers: Mapping[str, Handler], point: str) -> Flaw | None:
    """
    Call `handlers[name]` at the end of every element of that (local) name; `point` is the one that comes in thousands.

    Where the document breaks off or breaks the rules of XML, the elements that were open are ended with what they have,
    and the flaw is returned. Raises UnreadableFile for what no recording needs: document types and entities.
    """
    text = raw.lstrip(b"\xef\xbb\xbf \t\r\n")
    declared = text.find(b"?>") + 2 if text.startswith(b"<?xml") else 0
    parser = DefusedExpatBuilder(forbid_dtd=True).getParser()
    parser.CommentHandler = parser.ProcessingInstructionHandler = None
    parser.StartCdataSectionHandler = parser.EndCdataSectionHandler = None
    leave = _listen(parser, handlers, point)
    flaw = None
    try:
        _declare(parser, text[:declared])
        parser.Parse(text[declared:], True)
    except DefusedXmlException as error:
        raise UnreadableFile("declares XML document types or entities, which no recording needs: refused") from error
    except ExpatError as error:
        where = max(parser.ErrorByteIndex, 0) + len(raw) - len(text)
        flaw = Flaw(reason=f"the XML breaks off in line {error.lineno}: {ErrorString(error.code)}", offset=where)
    while leave():
        pass
    return flaw


def _declare(parser: XMLParserType, declaration: bytes) -> None:
    """Read `<?xml ...?>` by itself, so that only a codec's complaint is taken for one."""
    try:
        parser.Parse(declaration, False)
    except (LookupError, ValueError) as error:
        raise UnreadableFile(f"is written in an encoding that cannot be read ({error})") from error
