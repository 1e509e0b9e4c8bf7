"""Ticks of what is taken over, and small words of its page."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def take(context: template.Context, key: str, label: Any, *, ticked: bool = True) -> SafeString:
    """The tick of one part; after a refusal as it was set."""
    is_set = key in context["take"] if context["posted"] else ticked
    return format_html(
        '<span class="take"><input type="checkbox" name="take" value="{0}" id="take-{0}"'
        ' aria-label="{1}"{2}></span>',
        key,
        label,
        mark_safe(" checked") if is_set else "",
    )


@register.filter
def concat(first: str, second: object) -> str:
    """Two texts in a row."""
    return f"{first}{second}"


@register.filter
def no(value: object) -> bool:
    """The opposite."""
    return not value


@register.filter
def moment(text: str) -> datetime:
    """An instant that was kept as text."""
    return datetime.fromisoformat(text)
