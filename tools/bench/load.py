"""Asking: as fast as it goes through wrk, or at a steady rate, each over kept connections."""

import http.client
import itertools
import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).with_name("load.lua")
MOST_SETTLING, QUICK, IN_A_ROW = 30.0, 0.05, 8
"""Seconds until we ask all the same; seconds an idle server takes at most; how often, for it has workers."""
NUMBERS = itertools.count(int(time.time()) * 1000, 1_007_919)


@dataclass(frozen=True)
class Ask:
    """One request; "{n}" in it becomes a number that comes once."""

    path: str
    method: str = "GET"
    body: str = ""


@dataclass
class Answered:
    """How a run went; times in milliseconds."""

    rate: float
    p50: float
    p95: float
    p99: float
    requests: int = 0
    refused: int = 0
    """Answers other than 2xx and 3xx, and connections that broke."""
    bytes_each: int = 0
    seconds: list[float] = field(default_factory=list, repr=False)


def flood(
    port: int, asks: Sequence[Ask], headers: Mapping[str, str], *, connections: int, seconds: float
) -> Answered:
    """As many requests as the server takes, from one thread of wrk, once the last ones are answered."""
    settle(port)
    with tempfile.TemporaryDirectory() as folder:
        requests, named = Path(folder, "requests"), Path(folder, "headers")
        requests.write_text("".join(f"{ask.method}\t{ask.path}\t{ask.body}\n" for ask in asks))
        named.write_text("".join(f"{name}: {value}\n" for name, value in headers.items()))
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds:.0f}s",
            "--timeout",
            "30s",
            "-s",
            str(SCRIPT),
        ]
        command += [f"http://127.0.0.1:{port}", "--", str(requests), str(named), str(next(NUMBERS))]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(said.rpartition("BENCH ")[2])
    count = max(found["requests"], 1)
    return Answered(
        rate=found["requests"] / found["seconds"],
        p50=found["p50"],
        p95=found["p95"],
        p99=found["p99"],
        requests=found["requests"],
        refused=found["refused"] + found["lost"],
        bytes_each=found["bytes"] // count,
    )


def settle(port: int) -> None:
    """Wait until a server has answered those who went away: they would count as work of the next line."""
    quick, until = 0, time.monotonic() + MOST_SETTLING
    while quick < IN_A_ROW and time.monotonic() < until:
        took, _ = timed(http.client.HTTPConnection("127.0.0.1", port), Ask("/healthz"), {})
        quick = quick + 1 if took < QUICK else 0


def timed(connection: http.client.HTTPConnection, ask: Ask, headers: Mapping[str, str]) -> tuple[float, int]:
    """Seconds and status of one request."""
    body = ask.body.replace("{n}", str(next(NUMBERS))).encode() if ask.body else None
    begun = time.perf_counter()
    connection.request(ask.method, ask.path, body=body, headers=dict(headers))
    answer = connection.getresponse()
    answer.read()
    return time.perf_counter() - begun, answer.status


def summed_up(seconds: list[float], *, took: float, refused: int) -> Answered:
    """Percentiles of some times."""
    ordered = sorted(seconds)

    def share(part: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000

    return Answered(
        len(ordered) / took, share(0.5), share(0.95), share(0.99), len(ordered), refused, seconds=ordered
    )


def one_by_one(port: int, asks: Sequence[tuple[Ask, Mapping[str, str]]]) -> Answered:
    """One request after the other: how long a page takes when nobody else asks."""
    connection, seconds, refused = http.client.HTTPConnection("127.0.0.1", port), [], 0
    begun = time.perf_counter()
    for ask, headers in asks:
        took, status = timed(connection, ask, headers)
        seconds.append(took)
        refused += status >= 400
    return summed_up(seconds, took=time.perf_counter() - begun, refused=refused)


def steady(
    port: int, asks: Sequence[tuple[Ask, Mapping[str, str]]], *, rate: float, seconds: float
) -> Answered:
    """Requests at a steady rate; the time of one counts from when it was due, so that waiting shows."""
    asked, lock = iter(range(int(rate * seconds))), threading.Lock()
    times: list[float] = []
    refused, begun = [0], time.perf_counter()

    def person() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while True:
            with lock:
                number = next(asked, None)
            if number is None:
                return
            due = begun + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            _, status = timed(connection, *asks[number % len(asks)])
            times.append(time.perf_counter() - due)
            refused[0] += status >= 400

    people = [threading.Thread(target=person) for _ in range(40)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return summed_up(times, took=time.perf_counter() - begun, refused=refused[0])


def streams(port: int, bodies: Sequence[Ask], headers: Mapping[str, str], *, count: int) -> Answered:
    """The requests dealt to some connections, each sending one after the other."""
    times: list[float] = []
    refused, begun = [0], time.perf_counter()

    def stream(first: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        for ask in bodies[first::count]:
            took, status = timed(connection, ask, headers)
            times.append(took)
            refused[0] += status >= 400

    people = [threading.Thread(target=stream, args=[first]) for first in range(count)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return summed_up(times, took=time.perf_counter() - begun, refused=refused[0])
