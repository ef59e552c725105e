"""Check src/ against the budgets of the house: file, function and parameter sizes, broad excepts, patches, hosts."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FILE_LINES, FUNCTION_LINES, PARAMETERS, PATCHES = 350, 40, 5, 10
HOSTS = re.compile("|".join(("py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.(?:org|com)", "debian" + r"\.org")))
PATHS = re.compile("|".join(f"/{name}/" for name in ("ro" + "ot", "fa" + "rm", "wo" + "rk")))
PATCH = re.compile(r"\bpatch\(|monkeypatch\.setattr|\bMock\(|MagicMock")


def over_budget(path: Path) -> Iterator[str]:
    """Yield what in one source file is over a budget."""
    text = path.read_text(encoding="utf-8")
    if (lines := text.count("\n")) > FILE_LINES:
        yield f"{path}: {lines} lines ({FILE_LINES})"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from function_over_budget(path, node)
        if isinstance(node, ast.ExceptHandler) and is_broad(node):
            yield f"{path}:{node.lineno}: a broad except"


def function_over_budget(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Yield where one function is over a budget; its docstring is not counted, nor is self."""
    doc = ast.get_docstring(node, clean=False)
    lines = (node.end_lineno or node.lineno) - node.lineno + 1 - (doc.count("\n") + 1 if doc else 0)
    parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    count = sum(1 for parameter in parameters if parameter.arg not in {"self", "cls"})
    if lines > FUNCTION_LINES:
        yield f"{path}:{node.lineno}: {node.name} has {lines} lines ({FUNCTION_LINES})"
    if count > PARAMETERS:
        yield f"{path}:{node.lineno}: {node.name} has {count} parameters ({PARAMETERS})"


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler catches everything and does not raise it again."""
    names = {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)} if handler.type else set()
    raises = any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))
    return (handler.type is None or bool(names & {"Exception", "BaseException"})) and not raises


def foreign_words() -> Iterator[str]:
    """Yield lines in tracked files that name a package index's host or a folder of somebody's machine."""
    tracked = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=False).stdout  # noqa: S607
    for name in filter(None, tracked.split("\0")):
        path = Path(name)
        if not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), start=1):
            if HOSTS.search(line) or PATHS.search(line):
                yield f"{name}:{number}: a host of a package index or a path of one machine"


def main() -> int:
    """Print everything over budget; 1 when there is any."""
    root = Path(__file__).resolve().parent.parent
    problems = [problem for path in sorted((root / "src").rglob("*.py")) for problem in over_budget(path)]
    patches = sum(len(PATCH.findall(path.read_text(encoding="utf-8"))) for path in (root / "tests").rglob("*.py"))
    if patches >= PATCHES:
        problems.append(f"tests: {patches} patches (fewer than {PATCHES})")
    problems += foreign_words()
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
