"""What the page shells are given by the web apps: navigation, tabs, pages of a list."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class NavigationEntry:
    """A place to go: in the rail of the workspace or the tab bar of the portal."""

    label: str | Promise
    url: str
    icon: str
    count: int = 0
    current: bool = False
    keys: str = ""


@dataclass(frozen=True)
class Tab:
    """One of several views of the same thing."""

    label: str | Promise
    url: str
    current: bool = False
    count: int | None = None
    icon: str = ""


@dataclass(frozen=True)
class KeysetPage:
    """Where a list stands: how many it is about, and the addresses of its neighbours."""

    shown: int
    next_url: str = ""
    previous_url: str = ""
    total: int | None = None
    is_exact: bool = True


@dataclass(frozen=True)
class Fact:
    """A label and its value in a fact list; an empty value reads "Not recorded"."""

    label: str | Promise
    value: object
    note: str | Promise = ""
