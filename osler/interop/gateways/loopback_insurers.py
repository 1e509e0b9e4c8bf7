"""Insurers that are none: they answer by the member id as real ones do, and nothing leaves the machine.

A member id that begins with one of the words below meets that fate; so that a clinic of invented people
has some of each, numbers that end in 97, 98 and 99 are not active, not known, or somebody of another birth
date. All others are active. Answers lie as files until they are let go of; those that come late are named
by the moment from which they are there.
"""

import itertools
import json
import os
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

INACTIVE, UNKNOWN, BIRTH = "INACTIVE", "UNKNOWN", "BIRTH"
SLOW, LATE, SILENT, GARBAGE, TWICE, OFFLINE = "SLOW", "LATE", "SILENT", "GARBAGE", "TWICE", "OFFLINE"
FATES = (INACTIVE, UNKNOWN, BIRTH, SLOW, LATE, SILENT, GARBAGE, TWICE, OFFLINE)
ENDINGS = {"97": INACTIVE, "98": UNKNOWN, "99": BIRTH}
RESULTS = {INACTIVE: "inactive", UNKNOWN: "unknown-member", BIRTH: "other-birth-date"}
PAUSES = {SLOW: 20, LATE: 600}  # seconds
_numbers = itertools.count()


class LoopbackInsurers:
    """A clearinghouse in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def submit(self, message: bytes) -> None:
        """Take a question and lay down what its fate answers."""
        said = json.loads(message)
        fate = fate_of(said["memberId"])
        if fate == OFFLINE:
            raise ConnectionRefusedError
        if fate == SILENT:
            return
        answer = b"ISA*00*~\x00{" if fate == GARBAGE else json.dumps(_answer(said, fate)).encode()
        for _copy in range(2 if fate == TWICE else 1):
            self._keep(answer, ready=time.time_ns() + PAUSES.get(fate, 0) * 10**9)

    def answers(self) -> Iterator[tuple[str, bytes]]:
        """What is there by now, oldest first."""
        now = time.time_ns()
        for path in sorted(self.folder.glob("*.json")):
            if int(path.name.partition("-")[0]) <= now:
                yield path.name, path.read_bytes()

    def let_go(self, key: str) -> None:
        """Forget an answer."""
        (self.folder / key).unlink(missing_ok=True)

    def _keep(self, answer: bytes, *, ready: int) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{ready:020}-{os.getpid()}-{next(_numbers)}.json"
        draft = path.with_suffix(".part")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(answer)
        draft.rename(path)


def fate_of(member_id: str) -> str:
    """What happens to questions about a member; nothing said is that he is active."""
    number = member_id.strip().upper()
    named = next((fate for fate in FATES if number.startswith(fate)), "")
    return named or ENDINGS.get(number[-2:], "")


def _answer(said: dict[str, Any], fate: str) -> dict[str, str]:
    day = date.fromisoformat(said["serviceDate"])
    answer = {
        "format": "osler-eligibility-answer/1",
        "trace": said["trace"],
        "memberId": said["memberId"],
        "result": RESULTS.get(fate, "active"),
    }
    if fate == INACTIVE:
        return {**answer, "until": (day - timedelta(days=30)).isoformat()}
    if answer["result"] != "active":
        return answer
    return {
        **answer,
        "from": date(day.year, 1, 1).isoformat(),
        "plan": "Choice",
        "primaryCare": "Any of the network",
        "copay": "25.00",
        "deductibleLeft": "410.00",
        "coinsurance": "20",
    }
