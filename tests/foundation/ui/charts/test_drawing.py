import pytest

from osler.foundation.ui.charts.drawing import Caption, Paper, Table, figure, join, label_step, text


@pytest.mark.parametrize(("count", "step"), [(5, 1), (12, 1), (13, 2), (31, 3)])
def test_labels_leave_room_for_each_other(count: int, step: int) -> None:
    assert label_step(count, fitting=12) == step


def test_the_paper_has_margins() -> None:
    paper = Paper(width=100, height=50, left=10, right=20, top=5, bottom=5)

    assert (paper.edge, paper.floor) == (80, 45)
    assert paper.upward(0, 1).place(1) == 5
    assert paper.across(0, 1).place(1) == 80


def test_a_figure_is_named_and_told_as_a_table() -> None:
    html = figure(
        Paper(),
        join([text(1, 2, "<9>")]),
        caption=Caption("Title", note="mg", legend=["A", "B"]),
        table=Table(["Name", "mg"], [["Mon", "9"]]),
    )

    assert "<title>Title</title>" in html
    assert "&lt;9&gt;" in html
    assert '<th scope="row">Mon</th><td class="number">9</td>' in html
    assert html.count("<li") == 2
