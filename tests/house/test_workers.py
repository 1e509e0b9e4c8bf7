"""Tests that share what is dear to make are run by one worker, whatever becomes of marks."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workers import TOGETHER

ROOT = Path(__file__).parents[2]
SLEEPY = "import time, pytest\n@pytest.mark.parametrize('n', range(4))\ndef test_it(n): time.sleep(0.05)\n"


@pytest.mark.slow
def test_each_group_is_run_by_one_worker_though_others_run_beside_it(tmp_path: Path) -> None:
    for folder in (*TOGETHER, "tests/web/"):
        for name in ("one", "two", "three"):
            place = tmp_path / folder / f"test_{name}_of_{folder.strip('/').replace('/', '_')}.py"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(SLEEPY)
    options = ["-v", "-n", "2", "-p", "tests.workers", "-p", "no:django", "-p", "no:cacheprovider"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        *options,
        "--rootdir",
        str(tmp_path),
        "-c",
        "/dev/null",
        "tests",
    ]
    run = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )

    ran = re.findall(r"^\[(gw\d)\].* PASSED (\S+)", run.stdout, re.MULTILINE)
    assert len(ran) == 4 * 3 * (len(TOGETHER) + 1), run.stdout
    for folder in TOGETHER:
        assert len({worker for worker, test in ran if test.startswith(folder)}) == 1, ran
    assert {worker for worker, _ in ran} == {"gw0", "gw1"}
    files = {(worker, test.partition("::")[0]) for worker, test in ran}
    assert len(files) == 3 * (len(TOGETHER) + 1), "the tests of a file stay together"
