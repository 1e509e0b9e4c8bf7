from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.interop.fhir.lossless import NotJson, read_json, write_json, write_text

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=25,
)


@pytest.mark.parametrize("text", ["1.0", "1.00", "0.000001", "-12.50", "123456789012345678901234567890"])
def test_a_number_comes_out_with_the_digits_it_came_in_with(text):
    assert write_text({"value": read_json(text)}) == '{"value":' + text + "}"


@pytest.mark.parametrize("text", ["1e3", "1E-245", "2.50e+10"])
def test_an_exponent_keeps_its_value_and_precision(text):
    assert read_json(write_json([read_json(text)])) == [Decimal(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"id":"a","id":"b"}', "the property 'id' is given twice"),
        ("[" * 61 + "]" * 61, "is nested more than 60 levels deep"),
        ("[" * 100_000, "is nested too deeply"),
        ("NaN", "NaN is not a JSON number"),
        ('{"a":', "Expecting value (line 1, column 6)"),
        (b'{"a":"\xff"}', "is not UTF-8 (byte 6)"),
        ("1e" + "9" * 30, "cannot be kept"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_words(text, words):
    with pytest.raises(NotJson) as refused:
        read_json(text)

    assert words in str(refused.value)


def test_half_a_surrogate_pair_is_never_written():
    with pytest.raises(NotJson):
        write_json(read_json('"\\ud800"'))


@given(JSON)
def test_writing_and_reading_gives_the_same_value(value):
    def writable(part):
        try:
            return write_json(part)
        except NotJson:  # hypothesis may draw lone surrogates
            return None

    written = writable(value)
    if written is not None:
        assert read_json(written) == value
