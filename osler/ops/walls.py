"""The walls of this database against those that the migrations make: each difference by its name.

`walls.txt` holds what a freshly migrated database has; `python3 tools/dev.py walls` writes it anew
after a new migration, and a test holds it to that.
"""

from collections.abc import Iterator
from pathlib import Path

from django.db import connections

SQL = Path(__file__).with_name("sql") / "walls.sql"
EXPECTED = Path(__file__).with_name("walls.txt")
PARTITION = "{partition}"
HEAD = "# What migrations put round the tables. Written by `python3 tools/dev.py walls`.\n"

_PARTITIONS = """
SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
WHERE inhparent = to_regclass('audit_event') ORDER BY 1
"""

Key = tuple[str, str, str]
"""Kind, table, name."""
Walls = dict[Key, str]


def found_walls() -> tuple[Walls, dict[str, Walls]]:
    """What stands round the tables here, and round each partition of the audit trail."""
    owner, web = (connections[alias].settings_dict["USER"] for alias in ("owner", "default"))
    with connections["owner"].cursor() as cursor:
        cursor.execute(_PARTITIONS)
        partitions = [str(name) for (name,) in cursor.fetchall()]
        cursor.execute(SQL.read_text(), {"owner": owner, "web": web})
        rows = [tuple(map(str, row)) for row in cursor.fetchall()]
    walls: Walls = {}
    parts: dict[str, Walls] = {name: {} for name in partitions}
    for kind, table, name, definition in rows:
        if table in parts:
            key = (kind, PARTITION, name.replace(table, PARTITION))
            parts[table][key] = definition.replace(table, PARTITION)
        else:
            walls[kind, table, name] = definition
    return walls, parts


def expected_walls() -> tuple[Walls, Walls]:
    """What the migrations make: round the tables, and round any partition of the audit trail."""
    walls: Walls = {}
    partition: Walls = {}
    for line in EXPECTED.read_text().splitlines():
        if not line.startswith("#"):
            kind, table, name, definition = line.split("\t")
            (partition if table == PARTITION else walls)[kind, table, name] = definition
    return walls, partition


def written(walls: Walls, partition: Walls) -> str:
    """The text of `walls.txt`."""
    lines = ["\t".join((*key, _line(text))) for key, text in sorted({**walls, **partition}.items())]
    return HEAD + "\n".join(lines) + "\n"


def differences() -> Iterator[str]:
    """How the walls here differ from those that the migrations make, one sentence each."""
    (walls, parts), (wanted, wanted_part) = found_walls(), expected_walls()
    yield from _compared(walls, wanted, "")
    for name, part in parts.items():
        yield from _compared(part, wanted_part, name)


def _compared(found: Walls, wanted: Walls, partition: str) -> Iterator[str]:
    for key in sorted(found.keys() | wanted.keys()):
        what = _named(key).replace(PARTITION, partition)
        if key not in found:
            yield f"{what} is gone"
        elif key not in wanted:
            yield f"{what} is none of ours: {_line(found[key])}"
        elif _line(found[key]) != wanted[key]:
            yield f"{what} is not as the migrations made it: {_line(found[key])}"


def _named(key: Key) -> str:
    kind, table, name = key
    return {"grant": f"grant to {name} on {table}", "function": f"function {table}({name})"}.get(
        kind, f"{kind} {name} of {table}" if name else f"{kind} {table}"
    )


def _line(text: str) -> str:
    return " ".join(text.split())
