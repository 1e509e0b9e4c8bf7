"""Given names and what people of that name are called."""

import csv

from osler.clinic.patients.nicknames import SOURCE, other_names


def test_a_nickname_leads_to_the_name_and_back():
    assert "william" in other_names("bill")
    assert "bill" in other_names("william")
    assert "guadalupe" in other_names("lupita")


def test_nobody_is_called_by_his_own_name():
    assert "william" not in other_names("william")


def test_a_name_without_nicknames_has_none():
    assert other_names("zuwena") == frozenset()


def test_the_table_is_sorted_and_names_each_name_once():
    with SOURCE.open(newline="", encoding="utf-8") as lines:
        names = [row[0] for row in csv.reader(lines)]

    assert names == sorted(set(names))
