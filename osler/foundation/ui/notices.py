"""Short news after a deed, with a way back."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

UNDO = "undo="


def notify(
    request: HttpRequest, text: str | Promise, *, undo_url: str = "", is_failure: bool = False
) -> None:
    """Show a toast on the next page; with `undo_url` it offers Undo (a POST) for ten seconds."""
    level = messages.ERROR if is_failure else messages.SUCCESS
    messages.add_message(request, level, str(text), extra_tags=f"{UNDO}{undo_url}" if undo_url else "")


def undo_url(extra_tags: str | None) -> str:
    """The address to undo, out of a message's tags."""
    tags = extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""
