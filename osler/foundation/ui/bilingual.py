"""Words that are data, in two languages: the reader's is shown as far as there are any."""

from django.utils.translation import get_language


def told(english: str, spanish: str) -> str:
    """The words in the reader's language, as far as there are any."""
    speaks_spanish = (get_language() or "").startswith("es")
    return spanish if speaks_spanish and spanish else english
