"""The Spanish catalogue: complete where patients read, its words fit for their places."""

import re
import time
from gettext import GNUTranslations

import pytest

from tools import messages

# What patients read: the portal, mails, invoices, refusals, dates, statuses, the frame of each page.
READ_BY_PATIENTS = (
    "osler/web/portal/",
    "osler/clinic/communication/",
    "osler/clinic/billing/invoices/",
    "osler/clinic/billing/models/",
    "osler/clinic/scheduling/",
    "osler/clinic/patients/errors",
    "osler/clinic/patients/models",
    "osler/foundation/access/",
    "osler/foundation/ui/",
    "osler/kernel/",
    "osler/web/workspace/templates/account/",
    "osler/web/workspace/templates/workspace/patients/slip",
)
PLACE = re.compile(r"%\(\w+\)(?:\.\d+)?[a-z]|%[sd]|\{\w+\}")


@pytest.fixture(scope="module")
def texts():
    return [message for message in messages.gather() if message.id]


@pytest.fixture(scope="module")
def spanish():
    return messages.read("es")


def stored(catalogue, message):
    """The entry of the catalogue for a text of the code; None if it is missing or of other forms."""
    found = catalogue.get(messages.first_id(message), message.context)
    return found if found is not None and found.id == message.id else None


def forms(value) -> list[str]:
    return list(value) if isinstance(value, tuple | list) else [value]


def is_done(catalogue, message) -> bool:
    found = stored(catalogue, message)
    return found is not None and messages.is_translated(found)


def test_every_text_that_patients_read_is_there(texts, spanish):
    shown = [one for one in texts if any(place.startswith(READ_BY_PATIENTS) for place, _ in one.locations)]
    assert len(shown) > 350
    assert [one.id for one in shown if not is_done(spanish, one)] == []


def test_nearly_all_the_rest_is_there_too(texts, spanish):
    missing = [one.id for one in texts if not is_done(spanish, one)]
    share = 1 - len(missing) / len(texts)
    print(f"Spanish: {share:.1%} of {len(texts)} texts; missing: {missing}")
    assert share > 0.95


def test_each_translation_has_the_places_of_its_text(spanish):
    for message in spanish:
        if not message.id or not messages.is_translated(message):
            continue
        wanted = {tuple(sorted(PLACE.findall(form))) for form in forms(message.id)}
        for form in forms(message.string):
            assert tuple(sorted(PLACE.findall(form))) in wanted, message.id


def test_each_translation_begins_and_ends_as_its_text(spanish):
    for message in spanish:
        if not message.id or not messages.is_translated(message):
            continue
        text, words = messages.first_id(message), forms(message.string)[0]
        assert text.endswith((".", "?", "!", ":", "…")) == words.endswith((".", "?", "!", ":", "…")), text
        assert (text[:1].isspace(), text[-1:].isspace()) == (words[:1].isspace(), words[-1:].isspace()), text


def test_what_the_program_reads_is_what_translators_wrote(spanish):
    with messages.catalogue_path("es").with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in spanish:
        if not message.id or not messages.is_translated(message):
            continue
        first, strings = messages.first_id(message), forms(message.string)
        if message.context:
            found = [compiled.pgettext(message.context, first)]
        elif isinstance(message.id, str):
            found = [compiled.gettext(first)]
        else:
            found = [compiled.ngettext(*message.id, count) for count in (1, 2)]
        assert found == strings, message.id


def test_the_files_are_the_same_whenever_they_are_made(spanish, texts):
    first = messages.renewed("es", messages.gather())
    began = messages.as_text(first), messages.as_binary(first)
    time.sleep(0.01)
    second = messages.renewed("es", messages.gather())
    assert (messages.as_text(second), messages.as_binary(second)) == began
