"""Everything that a site sets, in one typed place: environment first, then OSLER_HOME/osler.toml.

An unknown key is refused: a slip of the pen must not silently mean the default.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from osler.ops.supervisor.kept import kept_secret

Network = IPv4Network | IPv6Network
TRUTH = {"1": True, "true": True, "0": False, "false": False, "": False}
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
CLEARINGHOUSES = frozenset({"", "loopback"})
MOST_ELIGIBILITY_DAYS = 30


class Misconfigured(Exception):
    """A setting that cannot be: the message names it and says what is wanted."""


@dataclass(frozen=True)
class Config:
    """The settings of a site. Each field is the variable OSLER_<NAME> and the key <name> in TOML."""

    home: Path = Path("var")  # all state of this installation
    host: str = "127.0.0.1"  # address to listen on
    port: int = 8000  # port of the pages; the live stream listens on the next one
    demo: bool = False  # a clinic of invented patients with known sign-ins; loopback only
    database_url: str = field(default="", repr=False)  # PostgreSQL 18, as owner; empty: embedded
    web_database_url: str = field(default="", repr=False)  # the same as the web role; empty: derived
    secret_key: str = field(default="", repr=False)  # signs cookies; 50 characters or more
    encryption_key: str = field(default="", repr=False)  # 64 hex digits; empty: a file under home
    allowed_hosts: tuple[str, ...] = ()  # host names that the site answers to
    trusted_origins: tuple[str, ...] = ()  # https origins of the pages, when behind a proxy
    trusted_proxies: tuple[str, ...] = ()  # addresses or networks of proxies before the pages
    live_url: str = ""  # where browsers find the live stream; empty: the next port of this host
    workers: int = 0  # web processes; 0 means one a core
    session_idle_minutes: int = 15  # a session ends after so long without an act of its user
    time_zone: str = "America/New_York"  # where no site says otherwise
    smtp_host: str = "localhost"  # where mail is handed over; the demo has a server of its own
    smtp_port: int = 25  # in the demo: the port after that of the live stream
    mail_from: str = "clinic@localhost"
    sms_url: str = ""  # where text messages are handed over: an https address, "loopback", or none
    sms_token: str = field(default="", repr=False)  # what we show there, as a bearer token
    sms_secret: str = field(default="", repr=False)  # signs what comes back: replies and delivery reports
    sms_from: str = ""  # the number that texts come from
    clearinghouse: str = ""  # who asks insurers: "loopback", or nobody; in the demo: loopback
    eligibility_days: int = 3  # so many days before a visit its insurance is asked about
    audit_anchor: Path | None = None  # a second place for the audit anchor

    @property
    def live_port(self) -> int:
        """The port of the live stream."""
        return self.port + 1

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """The networks of the trusted proxies; raises Misconfigured."""
        return tuple(_network(text) for text in self.trusted_proxies)

    @property
    def mail_folder(self) -> Path | None:
        """Where the demo's own mail server keeps what it takes; None where a real one takes it."""
        is_own = self.demo and self.smtp_host in LOOPBACK and self.smtp_port == self.port + 2
        return self.home / "mail" if is_own else None

    @property
    def sms_folder(self) -> Path | None:
        """Where the loopback keeps the texts that it takes; None where a provider takes them."""
        return self.home / "texts" if self.sms_url == "loopback" else None

    @property
    def clearinghouse_folder(self) -> Path:
        """Where the loopback clearinghouse keeps the answers that are not collected yet."""
        return self.home / "clearinghouse"

    @property
    def is_embedded(self) -> bool:
        """Whether the database is the embedded one."""
        return not self.database_url


def load_config(environment: Mapping[str, str] | None = None) -> Config:
    """The settings of this process, checked; raises Misconfigured."""
    environment = os.environ if environment is None else environment
    known = {spec.name: spec.type for spec in fields(Config)}
    home = Path(environment.get("OSLER_HOME") or "var").resolve()
    values: dict[str, Any] = {
        **_from_toml(home / "osler.toml", known),
        **_from(environment, known),
    }
    values["home"] = home
    if environment.get("DATABASE_URL") and "OSLER_DATABASE_URL" not in environment:
        values["database_url"] = environment["DATABASE_URL"]
    config = Config(**values)
    _ = config.proxy_networks
    if config.clearinghouse not in CLEARINGHOUSES:
        raise Misconfigured(f"OSLER_CLEARINGHOUSE: {config.clearinghouse!r} is none that is known: loopback")
    if not 0 <= config.eligibility_days <= MOST_ELIGIBILITY_DAYS:
        raise Misconfigured(f"OSLER_ELIGIBILITY_DAYS: from 0 to {MOST_ELIGIBILITY_DAYS} days are possible")
    _check_texts(config)
    return _demo(config) if config.demo else _production(config)


def _check_texts(config: Config) -> None:
    if config.sms_url in ("", "loopback"):
        return
    if not config.sms_url.startswith("https://"):
        raise Misconfigured("OSLER_SMS_URL: an https:// address, loopback, or nothing")
    if len(config.sms_secret) < 20:
        raise Misconfigured("OSLER_SMS_SECRET: 20 characters or more sign what the provider sends back")


def _from(environment: Mapping[str, str], known: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for variable, text in environment.items():
        if not variable.startswith("OSLER_"):
            continue
        name = variable.removeprefix("OSLER_").lower()
        if name not in known:
            raise Misconfigured(f"unknown variable {variable}")
        found[name] = _value(variable, text, known[name])
    return found


def _from_toml(path: Path, known: Mapping[str, Any]) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{path}: {error}") from error
    for name in table:
        if name not in known or name == "home":
            raise Misconfigured(f"{path}: unknown key {name!r}")
    return {name: _value(name, value, known[name]) for name, value in table.items()}


def _value(name: str, given: Any, wanted: Any) -> Any:
    try:
        if wanted is bool:
            return given if isinstance(given, bool) else TRUTH[given.lower()]
        if wanted is int:
            return int(given)
        if wanted == tuple[str, ...]:
            parts = given if isinstance(given, list) else given.split(",")
            return tuple(part.strip() for part in parts if part.strip())
        if "Path" in str(wanted):
            return Path(given)
        return str(given)
    except (KeyError, ValueError, AttributeError) as error:
        raise Misconfigured(f"{name}: {given!r} is not understood") from error


def _network(text: str) -> Network:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise Misconfigured(f"OSLER_TRUSTED_PROXIES: {text!r} is no address or network") from error
    if network.prefixlen == 0:
        raise Misconfigured(f"OSLER_TRUSTED_PROXIES: {text} would let anybody say who he is")
    return network


def _with(config: Config, **changes: Any) -> Config:
    values = {spec.name: getattr(config, spec.name) for spec in fields(Config)}
    return Config(**{**values, **changes})


def _demo(config: Config) -> Config:
    if config.host not in LOOPBACK:
        raise Misconfigured(f"the demo listens on loopback only, not on {config.host}")
    for name in config.allowed_hosts:
        if name not in LOOPBACK:
            raise Misconfigured(f"the demo answers to loopback names only, not to {name}")
    return _with(
        config,
        secret_key=config.secret_key or kept_secret(config.home / "secret_key"),
        allowed_hosts=("127.0.0.1", "localhost", "[::1]", "testserver"),
        live_url=config.live_url or f"http://{config.host}:{config.live_port}",
        smtp_host="127.0.0.1" if config.smtp_host == "localhost" else config.smtp_host,
        smtp_port=config.smtp_port if config.smtp_port != 25 else config.port + 2,
        sms_url=config.sms_url or "loopback",
        sms_from=config.sms_from or "+14135550100",
        clearinghouse=config.clearinghouse or "loopback",
    )


def _production(config: Config) -> Config:
    if len(config.secret_key) < 50:
        raise Misconfigured("OSLER_SECRET_KEY: 50 characters or more are wanted (demo mode makes its own)")
    if not config.allowed_hosts:
        raise Misconfigured("OSLER_ALLOWED_HOSTS: name the hosts that this site answers to")
    if "*" in config.allowed_hosts:
        raise Misconfigured("OSLER_ALLOWED_HOSTS: a star lets anybody name your site")
    return config
