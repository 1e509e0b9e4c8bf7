"""Routes of the interface alone, without the doors above it."""

from types import SimpleNamespace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

FOUND = '<a class="palette-item" role="option" aria-selected="false" href="/ui/#found">Okafor, Ada</a>'
DRAFTS: list[str] = []
BOARDS: list[str] = []


def search(request: HttpRequest) -> HttpResponse:
    return HttpResponse(FOUND if "oka" in request.GET.get("q", "").lower() else "")


def draft(request: HttpRequest) -> HttpResponse:
    DRAFTS.append(request.POST["text"])
    return HttpResponse(status=204)


def refuse(request: HttpRequest) -> HttpResponse:
    context = {"refusal": "The slot is taken.", "status": 409, "reference": "r-1"}
    return render(request, "ui/errors/fragment.html", context, status=409)


def forms(request: HttpRequest) -> HttpResponse:
    return render(request, "forms.html")


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
    path("forms/", forms),
]
handler404 = "osler.foundation.ui.views.not_found"
handler500 = "osler.foundation.ui.views.server_error"
