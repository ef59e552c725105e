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
MOST_TEXT = 8_192  # characters of one text that are looked at


class _LocalNames(dict[str, str]):
    """An element's name without its prefix, worked out once a name; prefixes need not be declared."""

    def __missing__(self, tag: str) -> str:
        if len(self) >= MOST_NAMES:
            raise UnreadableFile(f"has more than {MOST_NAMES} kinds of XML element, which no recording has")
        self[tag] = name = tag.rpartition(":")[2]
        return name


class _Scan:
    """
    The callbacks of one reading.

    Inside a point only the ends of elements are listened to, which takes a third off the whole: the text then
    begins with the white space before the element, which numbers and time stamps do not mind.
    """

    def __init__(self, handlers: Mapping[str, Handler], point: str) -> None:
        self._handlers, self._point = handlers, point
        self._local = _LocalNames()
        self._around: list[tuple[str, Values]] = []  # the elements we are in, each with the values around it
        self._values: Values = {}
        self._text: list[str] = []
        builder = DefusedExpatBuilder(forbid_dtd=True)
        self.parser = builder.getParser()
        self.parser.CommentHandler = self.parser.ProcessingInstructionHandler = None
        self.parser.StartCdataSectionHandler = self.parser.EndCdataSectionHandler = None
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _start(self, tag: str, attributes: list[str]) -> None:
        self._text.clear()
        name = self._local[tag]
        if name not in self._handlers:
            return
        if len(self._around) >= MOST_DEPTH:
            raise UnreadableFile("has XML elements nested deeper than any recording has")
        self._around.append((name, self._values))
        self._values = dict(zip(map(self._local.__getitem__, attributes[::2]), attributes[1::2], strict=True))
        if name == self._point:
            self.parser.StartElementHandler = None

    def _end(self, tag: str) -> None:
        name = self._local[tag]
        if self._around and name == self._around[-1][0]:
            self.leave()
        elif self._text:
            text = self._text[-1] if len(self._text) == 1 else "".join(self._text)
            self._values[name] = text[:MOST_TEXT]
        self._text.clear()

    def leave(self) -> bool:
        """End the element we are in; False where we are in none."""
        if not self._around:
            return False
        name, around = self._around.pop()
        self._handlers[name](self._values, around)
        self._values = around
        self.parser.StartElementHandler = self._start
        return True


def scan(raw: bytes, handlers: Mapping[str, Handler], point: str) -> Flaw | None:
    """
    Call `handlers[name]` at the end of every element of that (local) name; `point` is the one that comes in thousands.

    Where the document breaks off or breaks the rules of XML, the elements that were open are ended with what they have,
    and the flaw is returned. Raises UnreadableFile for what no recording needs: document types and entities.
    """
    text = raw.lstrip(b"\xef\xbb\xbf \t\r\n")
    declared = text.find(b"?>") + 2 if text.startswith(b"<?xml") else 0
    reading = _Scan(handlers, point)
    flaw = None
    try:
        _declare(reading.parser, text[:declared])
        reading.parser.Parse(text[declared:], True)
    except DefusedXmlException as error:
        raise UnreadableFile("declares XML document types or entities, which no recording needs: refused") from error
    except ExpatError as error:
        where = max(reading.parser.ErrorByteIndex, 0) + len(raw) - len(text)
        flaw = Flaw(reason=f"the XML breaks off in line {error.lineno}: {ErrorString(error.code)}", offset=where)
    while reading.leave():
        pass
    return flaw


def _declare(parser: XMLParserType, declaration: bytes) -> None:
    """Read `<?xml ...?>` by itself, so that only a codec's complaint is taken for one."""
    try:
        parser.Parse(declaration, False)
    except (LookupError, ValueError) as error:
        raise UnreadableFile(f"is written in an encoding that cannot be read ({error})") from error
