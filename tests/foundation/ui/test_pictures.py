"""Pictures as answers: files that are never run; lasting ones are kept for one session alone."""

from django.test import RequestFactory

from osler.foundation.ui.pictures import lasting_picture, picture_response


def test_a_picture_is_a_file_and_is_not_kept() -> None:
    answer = picture_response(b"x", "image/png", name="card-front")

    assert dict(answer.headers) == {
        "Content-Type": "image/png",
        "Content-Disposition": 'attachment; filename="card-front.png"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def test_a_lasting_picture_is_answered_once_and_then_confirmed() -> None:
    first = lasting_picture(RequestFactory().get("/"), b"x", digest="one-small", name="photo")
    known = RequestFactory().get("/", headers={"If-None-Match": first.headers["ETag"]})
    again = lasting_picture(known, b"x", digest="one-small", name="photo")
    other = lasting_picture(known, b"y", digest="two-small", name="photo")

    assert (first.status_code, first.headers["ETag"], first.headers["Vary"]) == (200, '"one-small"', "Cookie")
    assert first.headers["Cache-Control"] == "private, max-age=3600, immutable"
    assert (again.status_code, again.content) == (304, b"")
    assert (other.status_code, other.content) == (200, b"y")
