"""Phones that are none: texts to them stay on this machine, and meet the fates that real ones meet.

The last digits of a number say which. Reports of delivery and replies lie as bodies until they are
collected, as a provider would post them to the door.
"""

import itertools
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import body_of
from osler.interop.gateways.sending import Fate, Outcome

REFUSES, PUTS_OFF, HANGS_UP, TWICE, DROPS, FAILS, REPEATS, LATE = (
    "0901", "0902", "0903", "0904", "0905", "0906", "0907", "0908",
)  # fmt: skip
PAUSE = 60  # seconds until a late report
MOST_KEPT = 500
_numbers = itertools.count()


@dataclass(frozen=True)
class KeptText:
    """A text message as a phone shows it."""

    at: datetime
    number: str
    text: str
    is_ours: bool


class LoopbackPhones:
    """All phones, in a folder: `texts` is what they show, `back` what is to be collected."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hand_over(self, notice: Notice) -> Outcome:
        """Take a text message, as the number says; one of a key that is known is not taken again."""
        number, key = notice.to_address, str(notice.id)
        fate = number[-4:]
        if fate == REFUSES:
            return Outcome(Fate.IMPOSSIBLE, "HTTP 422")
        if fate == PUTS_OFF:
            return Outcome(Fate.REFUSED, "HTTP 429")
        if not self._is_known(key):
            for _copy in range(2 if fate == TWICE else 1):
                self._keep({"to": number, "text": body_of(notice)})
            self._report(key, fate)
        if fate == HANGS_UP:
            return Outcome(Fate.UNKNOWN, "RemoteDisconnected")
        return Outcome(Fate.TAKEN)

    def say(self, number: str, words: str) -> None:
        """Somebody writes from a number."""
        key = f"reply-{time.time_ns()}-{os.getpid()}-{next(_numbers)}"
        self._keep({"from": number, "text": words})
        event = {"kind": "reply", "id": key, "from": number, "text": words}
        for _copy in range(2 if number.endswith(REPEATS) else 1):
            self._put_back(event)

    def come_back(self) -> Iterator[tuple[str, bytes]]:
        """Reports and replies that are there by now, oldest first."""
        now = time.time_ns()
        for path in sorted((self.folder / "back").glob("*.json")):
            if int(path.name.partition("-")[0]) <= now:
                yield path.name, path.read_bytes()

    def let_go(self, key: str) -> None:
        """It is dealt with."""
        (self.folder / "back" / key).unlink(missing_ok=True)

    def texts(self, *, limit: int = 100) -> list[KeptText]:
        """What the phones show, the latest first."""
        found = []
        for path in sorted((self.folder / "texts").glob("*.json"), reverse=True)[:limit]:
            said = json.loads(path.read_bytes())
            at = datetime.fromtimestamp(int(path.name.partition("-")[0]) / 1e9, UTC)
            found.append(KeptText(at, said.get("to") or said["from"], said["text"], "to" in said))
        return found

    def _is_known(self, key: str) -> bool:
        """Whether a key was used; from now on it is."""
        place = self.folder / "keys"
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            os.close(os.open(place / key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            return True
        return False

    def _report(self, key: str, fate: str) -> None:
        if fate == DROPS:
            return
        status = "failed" if fate == FAILS else "delivered"
        event = {"kind": "report", "id": f"report-{key}", "reference": key, "status": status}
        for _copy in range(2 if fate == REPEATS else 1):
            self._put_back(event, pause=PAUSE if fate == LATE else 0)

    def _keep(self, said: dict[str, Any]) -> None:
        place = self.folder / "texts"
        _write(place, json.dumps(said).encode(), ready=time.time_ns())
        for old in sorted(place.glob("*.json"), reverse=True)[MOST_KEPT:]:
            old.unlink(missing_ok=True)

    def _put_back(self, event: dict[str, Any], *, pause: int = 0) -> None:
        body = json.dumps({"events": [event]}).encode()
        _write(self.folder / "back", body, ready=time.time_ns() + pause * 10**9)


def _write(place: Path, content: bytes, *, ready: int) -> None:
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place / f"{ready:020}-{os.getpid()}-{next(_numbers)}.json"
    draft = path.with_suffix(".part")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    draft.rename(path)
