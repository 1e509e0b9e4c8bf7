"""Which tests one of pytest's workers keeps together, and which are handed out first."""

from collections import Counter

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Each shares what is dear to make or must not be had twice at once: a served installation, the server's
# hundred connections, the demo clinic. These come first, so that no worker waits for the other's longest.
TOGETHER = ("tests/journeys/", "tests/simulation/", "tests/ops/demo/")
EARLY = (*TOGETHER, "tests/hostile/")
# Whose calls count for the covered lines: elsewhere, and with more than some parameters, the same lines are
# run once more, and slower by two thirds for being counted. The gate sees less than is covered, never more.
COUNTED = tuple(f"tests/{folder}/" for folder in ("kernel", "foundation", "clinic", "interop", "web"))
FIRST = 12


def kept_with(nodeid: str) -> str:
    """What a test is handed out with: its folder, or the rest of its file."""
    path = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if path.startswith(folder)), path)


def rank(nodeid: str) -> int:
    """When a test is handed out: the longest first, then folder by folder."""
    return next((place for place, folder in enumerate(EARLY) if nodeid.startswith(folder)), len(EARLY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: rank(item.nodeid))
    alike = Counter[str]()
    for item in items:
        test = item.nodeid.partition("[")[0]
        alike[test] += 1
        if not test.startswith(COUNTED) or alike[test] > FIRST:
            item.add_marker("no_cover")


class ByGroup(LoadScopeScheduling):
    """Folders and files as they were collected, each to the worker that is free next."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return kept_with(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return ByGroup(config, log)
