"""Files in: found, decoded and summarised on all cores, kept in the archive by whoever read them, written by one."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from run_tracker.errors import NotFound, UnreadableFile
from run_tracker.model import Sport
from run_tracker.store.archive import Archive, key_of
from run_tracker.store.database import Database, FileRow

if TYPE_CHECKING:
    from concurrent.futures import Future

BATCH = 200  # files a transaction
FEW = 12  # so few files are read here: starting workers would take longer than reading
Name = tuple[str, str | None, str | None, str | None]  # key, name, title, description
WAITING = 4  # files handed out a worker; bounds what is in memory at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A file that could not be taken: its name, why, and what that means."""

    name: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Report:
    """What became of every file of an import: each is in exactly one of the first four."""

    imported: int = 0  # files with a run in them
    already_there: int = 0
    other_sports: int = 0  # files with activities, none of them a run: kept, never listed as runs
    bad: list[Bad] = field(default_factory=list)
    ignored: int = 0  # found beside the recordings and none of them
    flawed: list[Bad] = field(default_factory=list)  # taken, but something was wrong with them


class Readable(Protocol):
    """A file that can be read in another process, with what an export says of it."""

    @property
    def name(self) -> str | None:
        """What it is called where it was found."""
        ...

    @property
    def title(self) -> str | None:
        """What the runner called the activity."""
        ...

    @property
    def description(self) -> str | None:
        """What the runner wrote about it."""
        ...

    def read(self) -> bytes:
        """Return its bytes, unpacked; raises UnreadableFile."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A file that is in the archive already, to be read from there, with what was said of it."""

    root: Path
    key: str
    name: str | None = None
    title: str | None = None
    description: str | None = None

    def read(self) -> bytes:
        """Return its bytes."""
        return Archive(self.root).read(self.key)


def take(file: Readable, root: Path, known: frozenset[str] = frozenset()) -> FileRow | Bad:
    """Read one file, keep its bytes and summarise its activities; a file whose key is known is not decoded again."""
    from run_tracker.analysis.summary import summarise
    from run_tracker.sources.decode import decode

    try:
        raw = file.read()
        row = FileRow(key=key_of(raw), name=file.name, title=file.title, description=file.description)
        if row.key in known:
            Archive(root).keep(raw, row.key)  # in case the archive lost it
            return row
        decoded = decode(raw)
    except (UnreadableFile, NotFound) as error:
        return Bad(name=file.name or "", reason=str(error))
    except OSError as error:
        return Bad(name=file.name or "", reason=f"cannot be read: {error.strerror or error}")
    Archive(root).keep(raw, row.key)
    activities = tuple((recording.activity, summarise(recording)) for recording in decoded.recordings)
    return replace(row, format=decoded.format, flaws=decoded.flaws, activities=activities)


def take_all(
    files: Sequence[Readable],
    root: Path,
    known: frozenset[str],
) -> Iterator[FileRow | Bad]:
    """Take many files, in their order, on all cores; only a bounded number is in memory at once."""
    if len(files) <= FEW:
        yield from (take(file, root, known) for file in files)
        return
    workers = os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()
    with _pool(workers or 1, root, known) as submit:
        waiting: deque[Future[FileRow | Bad]] = deque()
        for file in files:
            waiting.append(submit(file))
            if len(waiting) >= WAITING * (workers or 1):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def write(
    taken: Iterable[FileRow | Bad],
    database: Database,
    report: Report,
    say: Callable[[list[Name]], None],
) -> Iterator[int]:
    """
    Write what was taken, a transaction a batch, and count it in `report`; yields the number of files done.

    `say` is told what each batch's files are called before they are written: killed in between, the next import
    does both again.
    """
    known = set(database.keys())
    batch: list[FileRow] = []
    for done, file in enumerate(taken, start=1):
        if isinstance(file, Bad):
            report.bad.append(file)
        elif file.key not in known:
            known.add(file.key)
            batch.append(file)
            _count(file, report)
        else:
            report.already_there += 1
            if news := _news(file, database):
                batch.append(news)
        if len(batch) >= BATCH:
            _commit(batch, database, say)
            batch = []
        yield done
    _commit(batch, database, say)


def _count(file: FileRow, report: Report) -> None:
    sports = {activity.sport for activity, _ in file.activities}
    report.imported += Sport.RUN in sports
    report.other_sports += Sport.RUN not in sports
    if file.flaws:
        report.flawed.append(Bad(name=file.name or file.key, reason="; ".join(map(str, file.flaws[:3]))))


def _news(file: FileRow, database: Database) -> FileRow | None:
    """Return what is said of a known file and was not known: another title or description, a name where it has none."""
    labels = database.labels(file.key)
    name, title, description = labels or ("", None, None)  # one of this batch has its name already
    news = FileRow(
        key=file.key,
        name=file.name if name is None else None,
        title=file.title if file.title != title else None,
        description=file.description if file.description != description else None,
    )
    return news if news.name or news.title or news.description else None


def _commit(batch: list[FileRow], database: Database, say: Callable[[list[Name]], None]) -> None:
    if not batch:
        return
    say([(file.key, file.name, file.title, file.description) for file in batch])
    with database.transaction():
        for file in batch:
            if file.format:
                database.add(file)
            else:
                database.label(file.key, file.name, file.title, file.description)


@contextmanager
def _pool(workers: int, root: Path, known: frozenset[str]) -> Iterator[Callable[[Readable], "Future[FileRow | Bad]"]]:
    """Start worker processes that end with this one, even when it is killed."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(root, known))
    try:
        yield lambda file: pool.submit(_take_here, file)
    finally:
        pool.shutdown(cancel_futures=True)


_here: dict[str, Any] = {}  # what a worker process was started with


def _begin(root: Path, known: frozenset[str]) -> None:
    """Set up a worker: its archive, the keys it need not decode, and a watch on the process that started it."""
    import multiprocessing
    import threading

    _here.update(root=root, known=known)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.join,), daemon=True).start()


def _end_with(parent_ended: Callable[[], None]) -> None:
    parent_ended()
    os._exit(1)


def _take_here(file: Readable) -> FileRow | Bad:
    return take(file, _here["root"], _here["known"])
