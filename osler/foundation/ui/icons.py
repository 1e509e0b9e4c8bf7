"""Icons of the lucide set, drawn into the page."""

import functools
import importlib.resources
import re
from io import BytesIO
from zipfile import ZipFile

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SIZES = frozenset({12, 14, 16, 20, 24})
# Icons that point along the line of reading and turn round with it.
MIRRORED = frozenset(
    {
        "arrow-left",
        "arrow-right",
        "chevron-left",
        "chevron-right",
        "log-out",
        "send",
        "reply",
    }
)

_INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BETWEEN_TAGS = re.compile(r">\s+<")


@functools.cache
def _archive() -> ZipFile:
    return ZipFile(BytesIO(importlib.resources.files("lucide").joinpath("lucide.zip").read_bytes()))


@functools.cache
def icon_paths(name: str) -> SafeString:
    """The inner drawing of an icon; a name that is not in the set is a programming error."""
    try:
        drawing = _archive().read(f"{name}.svg").decode()
    except KeyError:
        raise LookupError(f"there is no icon named {name!r}") from None
    found = _INNER.search(drawing)
    if found is None:
        raise LookupError(f"the icon {name!r} has no drawing")
    inner = _BETWEEN_TAGS.sub("><", found.group(1).strip()).replace(" />", "/>")
    return mark_safe(inner)  # noqa: S308 - the package's own drawing


@functools.lru_cache(maxsize=512)
def icon_svg(name: str, *, size: int = 16, label: str = "") -> SafeString:
    """An icon as inline SVG: silent beside a word, spoken when it has a label."""
    if size not in SIZES:
        raise ValueError(f"icons come in {sorted(SIZES)}, not {size}")
    classes = "icon" if size == 16 else f"icon icon-{size}"
    if name in MIRRORED:
        classes += " icon-mirrored"
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" width="{}" height="{}" {}>{}</svg>',
        classes,
        size,
        size,
        spoken,
        icon_paths(name),
    )
