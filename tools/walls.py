"""Writes down what the migrations put round the tables: `python3 tools/dev.py walls`."""

from tests import environment  # noqa: F401, I001  sets up the tests' home before Django reads it

import django

django.setup()

from osler.ops.walls import EXPECTED, found_walls, written  # noqa: E402
from tests import databases  # noqa: E402


def main() -> None:
    """Migrate a throw-away database and write its walls into `osler/ops/walls.txt`."""
    databases.start_cluster()
    with databases.clone("walls") as name:
        databases.point_to(name)
        walls, parts = found_walls()
        databases.connections.close_all()
    EXPECTED.write_text(written(walls, parts["audit_event_rest"]))


if __name__ == "__main__":
    main()
