"""Going on after a break: the birth date on the same phone, or a link in a mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.intake.mails import address_of
from osler.clinic.intake.models import Proposal, Questionnaire
from osler.clinic.intake.registering import (
    Registrant,
    ask_for_link,
    doors,
    draft_linked,
    resume_registration,
    save_answers,
)
from osler.foundation.access.actors import NOBODY
from osler.foundation.access.routes import allow
from osler.foundation.accounts.links import named_in
from osler.foundation.audit.context import acting
from osler.kernel.errors import Missing
from osler.web.portal.registration.door import Caller, at_door, forget, remember
from osler.web.portal.registration.forms import BirthDateForm, LinkForm
from osler.web.portal.registration.limits import BIRTH_DATE, LINK, LINK_OF, LINK_TO, network
from osler.web.portal.registration.steps import LABELS, go_page


@at_door()
def again(request: HttpRequest, caller: Caller) -> HttpResponse:
    """`again/`: this browser was away for a while; whoever goes on says the birth date."""
    draft = caller.draft
    if draft is None:
        raise Missing
    page = request.GET.get("page", "")
    form = BirthDateForm(request.POST if request.method == "POST" else None)
    if caller.is_fresh or draft.status != Proposal.Status.DRAFT:
        return caller.here("page", page if page in LABELS else go_page(draft))
    secret = None
    if not draft.content.read()["answers"].get("given"):  # nothing was entered that anybody could see
        secret = resume_registration(draft, birth_date=None)
    elif form.is_bound and form.is_valid():
        BIRTH_DATE.count(network(request))
        secret = resume_registration(draft, birth_date=form.cleaned_data["birth_date"])
        if secret is None:
            form.add_error("birth_date", _("This is not the birth date that was entered."))
    if secret is not None:
        return remember(caller.here("page", page if page in LABELS else go_page(draft)), draft, secret)
    context = {"clinic": caller.clinic, "site_name": caller.door.name, "form": form}
    return render(request, "registration/again.html", context, status=422 if form.is_bound else 200)


@at_door()
def later(request: HttpRequest, caller: Caller) -> HttpResponse:
    """`later/`: all is kept; a link by mail opens it elsewhere, too."""
    draft = caller.draft
    if draft is None or draft.status != Proposal.Status.DRAFT:
        return caller.here("start")
    if not caller.is_fresh:
        return caller.here("again")
    form = LinkForm(request.POST if request.method == "POST" else None, initial={"email": address_of(draft)})
    context = {"clinic": caller.clinic, "site_name": caller.door.name, "form": form}
    context["go_page"] = go_page(draft)
    if form.is_bound and form.is_valid():
        email = form.cleaned_data["email"].lower()
        LINK.count(network(request))
        LINK_OF.count(str(draft.id))
        LINK_TO.count(email)
        _note_address(draft, email)
        ask_for_link(draft)
        context["sent_to"] = email
        form = None  # type: ignore[assignment]
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "registration/later.html", context | {"form": form}, status=status)


def _note_address(draft: Proposal, email: str) -> None:
    """The address goes where an answer is missing; one that was given stays, and the link goes to it."""
    answers = draft.content.read()["answers"]
    draft.language = translation.get_language()
    if answers.get("for") == "self":
        item = (
            draft.questionnaire.items.filter(definition="Patient.email").first()
            if draft.questionnaire
            else None
        )
        save_answers(draft, {item.link_id: email} if item else {})
    else:
        save_answers(draft, {"guardian": {**(answers.get("guardian") or {}), "email": email}})


@allow()
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """`/register/resume/<token>/`: the link of a mail; it works once."""
    request.actor = NOBODY  # type: ignore[attr-defined]
    named = named_in(token)
    door = next((one for one in doors() if named and one.organization_id == named.organization_id), None)
    if named is None or door is None:
        return _over(request)
    who = Registrant(named.organization_id, named.key)
    with acting(who, request_id=request.request_id):  # type: ignore[attr-defined]
        draft = draft_linked(named.proof)
        if draft is None:
            return _over(request)
        with translation.override("es" if draft.language.startswith("es") else "en"):
            form = BirthDateForm(request.POST if request.method == "POST" else None)
            if form.is_bound and form.is_valid():
                BIRTH_DATE.count(network(request))
                secret = resume_registration(draft, birth_date=form.cleaned_data["birth_date"])
                if secret is not None:
                    caller = Caller(door, Questionnaire.objects.get(), draft, is_fresh=True)
                    return remember(caller.here("page", go_page(draft)), draft, secret)
                form.add_error("birth_date", _("This is not the birth date that was entered."))
            context = {"form": form, "site_name": door.name, "is_link": True}
            return render(request, "registration/again.html", context, status=422 if form.is_bound else 200)


def _over(request: HttpRequest) -> HttpResponse:
    """The same page for what was used, is too old or was never made."""
    return forget(render(request, "registration/over.html", status=404))
