"""How phone numbers are shown."""

import pytest

from osler.foundation.ui.phones import phone_text


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("4135550142", "(413) 555-0142"),
        ("+1 413-555-0142", "(413) 555-0142"),
        ("(413) 555-0142", "(413) 555-0142"),
        ("555-010-0142", "(555) 010-0142"),
        ("413 555 0142 ext. 7", "413 555 0142 ext. 7"),
        ("+34 612 345 678", "+34 612 345 678"),
        ("+47 12 34 56 78", "+47 12 34 56 78"),
        ("0171 2345678", "0171 2345678"),
        ("911", "911"),
        ("", ""),
    ],
)
def test_only_numbers_of_ten_digits_are_grouped(stored, shown):
    assert phone_text(stored) == shown
