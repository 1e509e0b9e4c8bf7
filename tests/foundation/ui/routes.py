"""Routes of the interface alone, without the doors above it."""

import base64
import hashlib
from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import include, path

FOUND = '<a class="palette-item" role="option" aria-selected="false" href="/ui/#found">Okafor, Ada</a>'
NOBODY = FOUND.replace("href", "data-last-resort href").replace("Okafor, Ada", "Nobody found")
DRAFTS: list[str] = []
LETTERS: list[tuple[str, str]] = []
BOARDS: list[str] = []
CHOSEN: list[str] = []


def search(request: HttpRequest) -> HttpResponse:
    return HttpResponse(FOUND if "oka" in request.GET.get("q", "").lower() else NOBODY)


def draft(request: HttpRequest) -> HttpResponse:
    DRAFTS.append(request.POST["text"])
    return HttpResponse(status=204)


def refuse(request: HttpRequest) -> HttpResponse:
    context = {"refusal": "The slot is taken.", "status": 409, "reference": "r-1"}
    return render(request, "ui/errors/fragment.html", context, status=409)


def choose(request: HttpRequest) -> HttpResponse:
    """A form in a menu says by its button what was chosen."""
    CHOSEN.append(request.POST.get("reason", ""))
    return refuse(request) if CHOSEN[-1] == "taken" else HttpResponse(CHOSEN[-1])


def person(request: HttpRequest) -> dict[str, object]:
    """Whoever the cookie says is signed in, with the key that seals drafts."""
    name = request.COOKIES.get("who", "ruth")
    if name == "nobody":
        return {}
    key = base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()
    actor = SimpleNamespace(user_id=name, name=name, email="", theme="")
    return {"actor": actor, "idle_minutes": 5, "draft_key": key}


def forms(request: HttpRequest) -> HttpResponse:
    return render(request, "forms.html", person(request))


def letter(request: HttpRequest) -> HttpResponse:
    """A form that is refused without words, and taken with them: by a redirect to itself."""
    context = {**person(request), "words": "", "version": request.GET.get("v", "1")}
    if request.method == "POST":
        LETTERS.append((request.POST["idempotency_key"], request.POST["words"]))
        if request.POST["words"]:
            response = HttpResponseRedirect("/letter/")
            response.set_cookie("osler_done", request.POST["idempotency_key"])
            return response
        return render(request, "letter.html", context | {"words": request.POST["words"]}, status=422)
    return render(request, "letter.html", context)


def part(request: HttpRequest) -> HttpResponse:
    """The same in a part of the page."""
    words = request.POST["words"]
    return render(request, "part.html", {"words": "" if words else words}, status=200 if words else 422)


def sign_out(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/ui/")


def board(request: HttpRequest) -> HttpResponse:
    """A page of somebody signed in, with a part that is live."""
    BOARDS.append(request.headers.get("X-Live", ""))
    context = {
        "actor": SimpleNamespace(user_id="1", name="Ruth Abara", email="", theme=""),
        "idle_minutes": 5,
    }
    return render(request, "board.html", context | {"count": len(BOARDS)})


urlpatterns = [
    path("board/", board),
    path("ui/", include("osler.foundation.ui.urls")),
    path("search/", search),
    path("draft/", draft),
    path("refuse/", refuse),
    path("choose/", choose),
    path("forms/", forms),
    path("letter/", letter),
    path("part/", part),
    path("accounts/logout/", sign_out, name="account_logout"),
]
handler404 = "osler.foundation.ui.views.not_found"
handler500 = "osler.foundation.ui.views.server_error"
