"""The meter: every module, function and template of the house, read once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "osler"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        return self.text.count("\n")

    def functions(self) -> Iterator[tuple[str, Function, int]]:
        """Name with line, node, and its length in lines without decorators and docstring."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function) and node.end_lineno:
                told = len((ast.get_docstring(node, clean=False) or "").splitlines())
                yield f"{self.name}:{node.lineno} {node.name}", node, node.end_lineno - node.lineno + 1 - told


def modules(*folders: str, migrations: bool = False) -> list[Module]:
    """The Python files under some folders of the repository."""
    found = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Module(path) for path in found if migrations or "migrations" not in path.parts]


def templates() -> list[Path]:
    """Every template of ours."""
    return sorted(PACKAGE.rglob("templates/**/*.html"))


def named(path: Path) -> str:
    """A path as messages show it."""
    return str(path.relative_to(ROOT))
