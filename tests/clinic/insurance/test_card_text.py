"""What stands on insurance cards, out of lines as a reader of pictures gives them."""

import random

import pytest

from osler.clinic.insurance.card_text import payer_on_card, read_card
from osler.foundation.files.reading import Line


def lines(*texts: str, sureness: float = 0.98) -> list[Line]:
    """One under the other."""
    return [Line(text, 0.05, 0.1 * at, 0.5, 0.1 * at + 0.05, sureness) for at, text in enumerate(texts)]


def said(*texts: str) -> dict[str, str]:
    return {one.field: one.value for one in read_card(lines(*texts))}


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("Member ID: XYZ123456789",), {"member_id": "XYZ123456789"}),
        (("MemberID:XYZ123456789",), {"member_id": "XYZ123456789"}),
        (("ID# W1234 56789",), {"member_id": "W1234"}),
        (("Subscriber ID", "ABC987654321"), {"member_id": "ABC987654321"}),
        (("Medicare Number", "1EG4-TE5-MK73"), {"member_id": "1EG4-TE5-MK73"}),
        (("Policy No. 445566778",), {"member_id": "445566778"}),
        (("GroupNo.0098765",), {"group_number": "0098765"}),
        (("Group Number", "76-411900"), {"group_number": "76-411900"}),
        (("GRP: 12345",), {"group_number": "12345"}),
        (
            ("RxBIN004336RxPCNADVRxGRPRX1234",),
            {"rx_bin": "004336", "rx_pcn": "ADV", "rx_group": "RX1234"},
        ),
        (
            ("RxBIN: 610014  RxPCN: MEDDPRIME  RxGrp: SAMPLE1",),
            {"rx_bin": "610014", "rx_pcn": "MEDDPRIME", "rx_group": "SAMPLE1"},
        ),
        (("Plan: PPO Gold 500",), {"plan_name": "PPO Gold 500"}),
        (("Member Name", "PAT SAMPLE"), {"subscriber_name": "PAT SAMPLE"}),
        (("Name: Pat Q Sample",), {"subscriber_name": "Pat Q Sample"}),
        (("Office Visit $25",), {"copay": "25"}),
    ],
)
def test_labels_lead_to_their_values(texts: tuple[str, ...], found: dict[str, str]) -> None:
    assert said(*texts) == found


def test_a_value_right_of_its_label_is_nearer_than_one_below() -> None:
    card = [
        Line("Member ID", 0.05, 0.3, 0.2, 0.36, 0.99),
        Line("AAA111222", 0.25, 0.3, 0.45, 0.36, 0.9),
        Line("BBB333444", 0.05, 0.4, 0.2, 0.46, 0.99),
    ]
    (found,) = read_card(card)
    assert (found.field, found.value, found.sureness) == ("member_id", "AAA111222", 0.81)


def test_the_surest_of_two_is_proposed() -> None:
    card = [
        *lines("Member ID: AAA111222", sureness=0.6),
        Line("Member ID: AAA111223", 0.05, 0.8, 0.5, 0.85, 0.95),
    ]
    assert [(one.value, one.sureness) for one in read_card(card)] == [("AAA111223", 0.95)]


@pytest.mark.parametrize(
    "texts",
    [
        (),
        ("SAMPLE HEALTH PLAN",),
        ("Member ID",),
        ("Member ID:", "Group:"),
        ("Card holder since 2019",),
        ("$",),
    ],
)
def test_what_is_not_there_is_not_proposed(texts: tuple[str, ...]) -> None:
    assert said(*texts) == {}


def test_the_insurer_is_the_longest_name_that_is_on_the_card() -> None:
    card = lines("BLUE EXAMPLE SHIELD OF MASSACHUSETTS", "Member ID: X1234")
    names = ["Blue Example Shield", "Blue Example Shield of Massachusetts", "Other Plan", "X"]
    found = payer_on_card(card, names)
    assert found is not None
    assert (found.value, found.sureness) == ("Blue Example Shield of Massachusetts", 0.98)
    assert payer_on_card(card, ["Nowhere Mutual"]) is None
    assert payer_on_card([], names) is None


def test_any_text_is_read_without_a_fall() -> None:
    seed = 1867
    chance = random.Random(seed)
    words = [
        "Member",
        "ID",
        "Group",
        ":",
        "#",
        "Rx",
        "BIN",
        "123",
        "$",
        "Name",
        "\u202e",
        "plan.",
        "",
        "x" * 200,
    ]
    for turn in range(3000):
        texts = [" ".join(chance.choices(words, k=chance.randrange(6))) for _ in range(chance.randrange(8))]
        try:
            read_card(lines(*texts))
        except Exception as error:
            raise AssertionError(f"seed {seed}, turn {turn}: {texts!r}") from error
