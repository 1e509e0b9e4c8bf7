"""Material that nobody here wrote, beside the repository (not part of it)."""

import gzip
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("OUTSIDE_DATA", ROOT.parent / "shared" / "data")) / "fhir"
WHOLE = bool(os.environ.get("OUTSIDE_DATA_WHOLE"))
"""All of it; by default a part, to keep the tests quick."""
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the outside test data is not here")


def content(path: Path) -> bytes:
    """The bytes of a file, unpacked."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
