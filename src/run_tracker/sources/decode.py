"""Bytes to recordings, whatever the file is called: its content tells its format."""

import re
import zlib

from run_tracker.errors import UnreadableFile
from run_tracker.model import Decoded

MOST_BYTES = 128 << 20  # of one file, unpacked; a day at 1 Hz is 60 MB of TCX
HEAD = 4_096  # bytes that tell a format
GZIP = b"\x1f\x8b"
_CHUNK = 1_024  # what may be lost before the place where a gzip file is damaged
_FIT = re.compile(rb".{8}\.FIT|[\x0c\x0e][\x10-\x2f].{6}(\.F..|..IT)", re.DOTALL)  # half of a damaged signature will do
_GPX = re.compile(rb"<(\w+:)?gpx[\s/>]")


def decode(raw: bytes) -> Decoded:
    """
    Decode a FIT, TCX or GPX file, gzipped or not.

    Raises UnreadableFile, with the reason, for anything that holds no activity.
    """
    unpacked = plain(raw)
    match sniff(unpacked):
        case "fit":
            from run_tracker.sources.fit_activity import decode_fit

            return decode_fit(unpacked)
        case "tcx":
            from run_tracker.sources.tcx import decode_tcx

            return decode_tcx(unpacked)
        case "gpx":
            from run_tracker.sources.gpx import decode_gpx

            return decode_gpx(unpacked)
        case _:
            raise UnreadableFile("is not a FIT, TCX or GPX recording" if unpacked else "is empty")


def sniff(raw: bytes) -> str | None:
    """Return "fit", "tcx" or "gpx" by the first HEAD bytes of a file, gzipped or not; None for anything else."""
    head = raw[:HEAD]
    if head.startswith(GZIP):
        head = _first(head)
    if _FIT.match(head):
        return "fit"
    text = head.replace(b"\0", b"")  # UTF-16 looks like ASCII then
    if b"TrainingCenterDatabase" in text:
        return "tcx"
    return "gpx" if _GPX.search(text) else None


def plain(raw: bytes) -> bytes:
    """
    Return the file as it was before gzip; of a damaged one what comes before the damage.

    Raises UnreadableFile where nothing comes out of it or more than MOST_BYTES would.
    """
    if not raw.startswith(GZIP):
        return raw
    out, inflater = bytearray(), zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for start in range(0, len(raw), _CHUNK):
            out += inflater.decompress(raw[start : start + _CHUNK], MOST_BYTES + 1 - len(out))
            if len(out) > MOST_BYTES:
                raise UnreadableFile(f"unpacks to more than {MOST_BYTES >> 20} MB, which no recording has")
            while inflater.eof and inflater.unused_data:  # files may be joined
                inflater, rest = zlib.decompressobj(zlib.MAX_WBITS | 16), inflater.unused_data
                out += inflater.decompress(rest, MOST_BYTES + 1 - len(out))
    except zlib.error as error:
        if not out:
            raise UnreadableFile("is a damaged gzip file: nothing in it can be unpacked") from error
    return bytes(out)


def _first(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, HEAD)
    except zlib.error:
        return b""
