"""Where the demo clinic stands: a place in which it is mid-morning now, so that its day is in full swing."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

HOME = "America/New_York"
# One place for each hour of the day, from west to east.
PLACES = (
    *("Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Chicago"),
    *("America/New_York", "America/Halifax", "America/Sao_Paulo", "Atlantic/South_Georgia"),
    *("Atlantic/Azores", "Europe/London", "Europe/Berlin", "Africa/Cairo", "Africa/Nairobi", "Asia/Dubai"),
    *("Asia/Karachi", "Asia/Dhaka", "Asia/Bangkok", "Asia/Singapore", "Asia/Tokyo", "Australia/Brisbane"),
    *("Pacific/Noumea", "Pacific/Auckland", "Pacific/Apia"),
)
EARLIEST, BEST, LATEST = 9.75, 10.5, 11.5


def zone_for(now: datetime) -> str:
    """New York in the middle of its morning; otherwise the place where it is nearest to half past ten."""
    if EARLIEST <= _hour(now, HOME) <= LATEST:
        return HOME
    return min(PLACES, key=lambda zone: abs(_hour(now, zone) - BEST))


def _hour(now: datetime, zone: str) -> float:
    local = now.astimezone(ZoneInfo(zone))
    return local.hour + local.minute / 60


def keep_zone(home: Path, zone: str) -> None:
    """Write the zone into the installation's settings, which the server reads when it starts."""
    path = home / "osler.toml"
    lines = path.read_text().splitlines() if path.exists() else []
    kept = [line for line in lines if not line.startswith("time_zone")]
    path.write_text("\n".join([*kept, f'time_zone = "{zone}"', ""]))
