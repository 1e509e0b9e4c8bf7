"""Tags and filters of the interface: `{% load ui %}`. The manual is docs/ui.md."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from osler.foundation.ui import dates
from osler.foundation.ui.assets import asset
from osler.foundation.ui.calendar_css import row_of, rows_spanned
from osler.foundation.ui.charts.sparks import spark_svg
from osler.foundation.ui.fields import field_kind, input_attrs
from osler.foundation.ui.icons import icon_svg
from osler.foundation.ui.notices import undo_url
from osler.foundation.ui.phones import phone_text
from osler.foundation.ui.results import Number, flag_of, number_text, range_text, unit_text
from osler.foundation.ui.statuses import status_look
from osler.foundation.ui.words import words
from osler.kernel.keys import uuid7
from osler.kernel.money import round_amount

Text = str | Promise
Context = dict[str, Any]

register = template.Library()
register.filter("clinic_date", dates.clinic_date)
register.filter("clinic_time", dates.clinic_time)
register.filter("clinic_datetime", dates.clinic_datetime)
register.filter("clinic_day", dates.clinic_day)
register.filter("plain_date", dates.plain_date)
register.filter("plain_day", dates.plain_day)
register.filter("plain_time", dates.plain_time)
register.filter("plain_when", dates.plain_when)
register.filter("when", dates.when)
register.filter("number", number_text)
register.filter("phone", phone_text)
register.filter("undo_url", undo_url)


@register.simple_tag
def ui_styles(*names: str) -> SafeString:
    """Links to the style sheet, and to others named (`calendar.css`)."""
    links = [
        format_html('<link rel="stylesheet" href="{}">', _asset_url(name)) for name in ("osler.css", *names)
    ]
    return mark_safe("".join(links))  # noqa: S308 - made by format_html


@register.simple_tag
def ui_script() -> SafeString:
    """The interface's own script."""
    return format_html('<script type="module" src="{}"></script>', _asset_url("osler.js"))


def _asset_url(name: str) -> str:
    stem, _, suffix = name.rpartition(".")
    return reverse("ui-asset", kwargs={"name": f"{stem}.{asset(name).digest}.{suffix}"})


@register.simple_tag
def ui_words() -> str:
    """The sentences that scripts show, as JSON in an attribute."""
    return words()


@register.simple_tag
def icon(name: str, size: int = 16, label: Text = "") -> SafeString:
    """A lucide icon; give it a label only where no word stands beside it."""
    return icon_svg(str(name), size=size, label=str(label))


@register.simple_tag
def status_chip(status: Text, label: Text = "") -> SafeString:
    """A status as colour, icon and word."""
    look = status_look(str(status))
    return chip(label or look.label, tone=look.tone, icon=look.icon)


@register.simple_tag
def chip(label: Text, tone: str = "neutral", icon: str = "") -> SafeString:
    """A word with a tone: neutral, quiet, info, accent, warn, ok or danger."""
    drawing = icon_svg(icon) if icon else ""
    return format_html('<span class="chip is-{}">{}<span>{}</span></span>', tone, drawing, label)


@register.filter
def status_tone(status: str) -> str:
    """The tone of a status, for `class="is-..."`."""
    return status_look(str(status)).tone


@register.filter
def status_icon(status: str) -> SafeString:
    """The icon of a status alone, spoken as its word."""
    look = status_look(str(status))
    return icon_svg(look.icon, label=str(look.label))


@register.filter
def status_word(status: str) -> str:
    """The word of a status."""
    return str(status_look(str(status)).label)


@register.inclusion_tag("ui/parts/field.html")
def field(bound: BoundField, label: Text = "", hint: Text = "", unit: Text = "", **attrs: Any) -> Context:
    """A form field: label, hint, error, input. More keywords become attributes (`_` for `-`)."""
    extra = {name.replace("_", "-"): str(value) for name, value in attrs.items()}
    if hint:
        bound.help_text = str(hint)
    shown = input_attrs(bound, extra)
    kind = field_kind(bound)
    is_plain = kind == "input"
    return {
        "field": bound,
        "kind": kind,
        "label": label or bound.label,
        "control": bound.as_widget(attrs=shown) if is_plain or kind == "checkbox" else "",
        "unit": unit,
        "options": [] if is_plain or kind == "checkbox" else list(bound.subwidgets),
        "described": shown.get("aria-describedby", ""),
        "is_grouped": not is_plain and kind != "checkbox",
    }


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(form: BaseForm, title: Text = "") -> Context:
    """All errors of a form with links to their fields, above the form."""
    shown = [bound for bound in form if bound.errors] if form.is_bound else []
    return {"fields": shown, "general": form.non_field_errors() if form.is_bound else [], "title": title}


@register.inclusion_tag("ui/parts/empty_state.html")
def empty_state(
    title: Text,
    text: Text = "",
    icon: str = "",
    url: str = "",
    action: Text = "",
) -> Context:
    """What would be here, and the first step towards it."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action}


@register.inclusion_tag("ui/parts/stat_tile.html")
def stat_tile(
    label: Text, value: object, note: Text = "", unit: Text = "", url: str = "", tone: str = ""
) -> Context:
    """One figure with its name; stands in `<div class="tiles">`."""
    return {"label": label, "value": value, "note": note, "unit": unit, "url": url, "tone": tone}


@register.inclusion_tag("ui/parts/result_value.html")
def result_value(
    value: Number | str | None,
    unit: str = "",
    low: Number | None = None,
    high: Number | None = None,
    interpretation: str = "",
    has_range: bool = True,
) -> Context:
    """A measured value: number, unit, arrow and word if abnormal, reference range."""
    flag = flag_of(value, low=low, high=high, interpretation=interpretation or "")
    return {
        "value": number_text(value),
        "unit": unit_text(unit),
        "flag": flag,
        "is_flag_said": flag is None or flag.tone == "normal" or str(flag.label) == str(value),
        "range": range_text(low, high) if has_range else "",
    }


@register.inclusion_tag("ui/parts/result_cells.html")
def result_cells(
    value: Number | str | None,
    unit: str = "",
    low: Number | None = None,
    high: Number | None = None,
    interpretation: str = "",
) -> Context:
    """A measured value as three cells of a table row: value with unit, flag, reference range."""
    return result_value(value, unit, low, high, interpretation)


@register.filter
def signed(value: Number | None) -> str:
    """A difference with its sign: +0.4, −1, 0."""
    text = number_text(value)
    return f"+{text}" if value is not None and value > 0 else text


@register.simple_tag
def spark(
    values: Sequence[Number], low: Number | None = None, high: Number | None = None, label: Text = ""
) -> SafeString:
    """A trend in the height of a line of text; the last point is marked."""
    return spark_svg(values, low=low, high=high, label=str(label))


@register.inclusion_tag("ui/parts/patient_banner.html")
def patient_banner(
    banner: Any,
    actions: str = "",
    element_id: str = "",
    *,
    is_swapped: bool = False,
    is_title: bool = False,
) -> Context:
    """The sticky patient banner from a `PatientBanner`; `actions` names a template of buttons.

    With `is_swapped` it takes the place of the one on the page (htmx, out of band). With `is_title` the
    name is the first heading of the page: where no other title stands.
    """
    return {
        "banner": banner,
        "actions": actions,
        "element_id": element_id,
        "is_swapped": is_swapped,
        "is_title": is_title,
    }


@register.inclusion_tag("ui/parts/tabs.html")
def tabs(entries: Sequence[Any], label: Text = "", target: str = "") -> Context:
    """Tabs as links from `Tab`s; with `target` each is swapped into that element by htmx."""
    return {"entries": entries, "label": label, "target": target}


@register.inclusion_tag("ui/parts/segments.html")
def segments(entries: Sequence[Any], label: Text = "") -> Context:
    """A segmented control of links from `Tab`s (day, week, month)."""
    return {"entries": entries, "label": label}


@register.inclusion_tag("ui/parts/stepper.html")
def stepper(steps: Sequence[Text], current: int) -> Context:
    """Where one stands in a sequence; `current` counts from 1."""
    return {
        "steps": [(step, place, place < current) for place, step in enumerate(steps, 1)],
        "current": current,
    }


@register.inclusion_tag("ui/parts/facts.html")
def facts(entries: Sequence[Any], layout: str = "") -> Context:
    """A fact list from `Fact`s; `layout="above"` puts labels over values."""
    return {"entries": entries, "layout": layout}


@register.inclusion_tag("ui/parts/pager.html")
def pager(page: Any) -> Context:
    """Previous and next of a list, from a `KeysetPage`."""
    return {"page": page}


@register.simple_tag
def idempotency_key() -> SafeString:
    """A hidden input with a fresh key: the same form sent twice is done once."""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', uuid7())


@register.filter
def money(amount: Decimal | None) -> str:
    """An amount with two places and thousands apart, the sign before the currency: −$1,200.00."""
    if amount is None:
        return ""
    rounded = round_amount(Decimal(amount))
    sign = "\N{MINUS SIGN}" if rounded < 0 else ""
    return f"{sign}${abs(rounded):,.2f}"


@register.filter
def age(birth_date: date | None, at: date | None = None) -> str:
    """Age in days, weeks, months or years."""
    return dates.age_text(birth_date, at=at)


@register.filter
def born(birth_date: date | None, died_on: date | None = None) -> str:
    """Birth date with age: 14-Jul-1945 (81 y)."""
    return dates.born_text(birth_date, died_on=died_on)


@register.filter
def initials(name: str) -> str:
    """First and last initial."""
    words = [word for word in str(name).replace(",", " ").split() if word[0].isalpha()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.simple_tag
def face(url: Text, name: Text) -> SafeString:
    """A person's face in a list, or the initials where there is no photo; the name stands beside it."""
    if url:
        return format_html(
            '<img class="face" src="{}" alt="" width="32" height="32" loading="lazy" decoding="async">', url
        )
    return format_html('<span class="face" aria-hidden="true">{}</span>', initials(str(name)))


@register.filter
def split_words(text: str) -> list[str]:
    """Words of a text, for loops over a few names."""
    return str(text).split()


@register.filter
def calendar_row(minute_of_day: int) -> int:
    """The `.from-N` row of a minute of the day."""
    return row_of(int(minute_of_day))


@register.filter
def calendar_span(minutes: int) -> int:
    """The `.span-N` rows of a length in minutes."""
    return rows_spanned(int(minutes))


@register.simple_tag(takes_context=True)
def page_attributes(context: template.Context) -> SafeString:
    """Theme, density and width of the rail as the user left them, for the html element."""
    request = context.get("request")
    cookies = request.COOKIES if request is not None else {}
    actor = context.get("actor")
    chosen = {
        "theme": cookies.get("osler_theme") or getattr(actor, "theme", ""),
        "density": cookies.get("osler_density", ""),
        "rail": cookies.get("osler_rail", ""),
    }
    known = {"theme": {"light", "dark"}, "density": {"compact"}, "rail": {"narrow"}}
    parts = [
        format_html(' data-{}="{}"', name, value) for name, value in chosen.items() if value in known[name]
    ]
    return mark_safe("".join(parts))  # noqa: S308 - made by format_html
