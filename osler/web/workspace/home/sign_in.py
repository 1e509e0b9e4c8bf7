"""The door at `/`: who is signed in goes on to work, all others sign in."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from osler.foundation.access.middleware import COOKIES
from osler.foundation.access.routes import allow
from osler.foundation.accounts.models import Session
from osler.foundation.accounts.session_store import SessionStore
from osler.web.workspace.acting import actor_of

DEMO_SIGN_INS = (
    ("reception@demo.test", _("Reception")),
    ("nurse@demo.test", _("Nurse")),
    ("doctor@demo.test", _("Physician")),
    ("lab@demo.test", _("Laboratory")),
    ("billing@demo.test", _("Billing")),
    ("admin@demo.test", _("Administrator")),
    ("privacy@demo.test", _("Privacy officer")),
    ("patient@demo.test", _("Patient")),
    ("proxy@demo.test", _("Proxy")),
)


class SignInView(LoginView):
    """allauth's sign-in with what our page says beside the form."""

    def get_initial(self) -> dict[str, Any]:
        chosen = self.request.GET.get("as", "")
        is_known = settings.DEMO and any(chosen == email for email, _label in DEMO_SIGN_INS)
        initial: dict[str, Any] = super().get_initial()
        return initial | ({"login": chosen} if is_known else {})

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["password"].help_text = ""  # the way to a new password stands below the form
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "demo_sign_ins": DEMO_SIGN_INS if settings.DEMO else (),
            "demo_password": settings.DEMO_PASSWORD if settings.DEMO else "",
            "session_ended": "over" in self.request.GET,
            "next_page": self.request.GET.get("next", ""),
        }


_form = SignInView.as_view()


@allow()
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, or the way on for those who are signed in."""
    if request.method == "GET" and "ended" in request.GET and _is_from_here(request):
        return _end_session(request)
    if actor_of(request).user_id is not None:
        return HttpResponseRedirect(reverse("home"))
    is_plain_visit = request.method == "GET" and not request.GET
    if is_plain_visit and _is_signed_in_to_portal(request):
        return HttpResponseRedirect("/portal/")
    response: HttpResponse = _form(request)
    return response


def _is_from_here(request: HttpRequest) -> bool:
    """Whether one of our pages sends the browser; another site's link ends nobody's session."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _end_session(request: HttpRequest) -> HttpResponse:
    """A page whose time is over signs its person out, whatever the server's own clock still allows (A16).

    The answer leads on to another address: going back to it later ends no newer session.
    """
    next_page = request.GET.get("next", "")
    realm = Session.Realm.PORTAL if next_page.startswith("/portal/") else Session.Realm.STAFF
    SessionStore().delete(request.COOKIES.get(COOKIES[realm]))
    response = HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'over': 1, 'next': next_page})}")
    response.delete_cookie(COOKIES[realm], samesite="Lax")
    return response


def _is_signed_in_to_portal(request: HttpRequest) -> bool:
    key = request.COOKIES.get(COOKIES[Session.Realm.PORTAL])
    return bool(key) and SESSION_KEY in SessionStore(key)


@allow()
def account_home(request: HttpRequest) -> HttpResponse:
    """Back from the pages of one's account to the workspace or the portal."""
    is_portal = actor_of(request).realm == Session.Realm.PORTAL
    return HttpResponseRedirect("/portal/" if is_portal else reverse("home"))
