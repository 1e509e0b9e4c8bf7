"""Registering online: the beginning, the pages of questions, the texts to sign, the look back, the end."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from osler.clinic.intake.answers import counts, is_answered, words_of
from osler.clinic.intake.asking import asked_items, offered_forms
from osler.clinic.intake.models import Proposal, ProposalPhoto
from osler.clinic.intake.registering import (
    begin_registration,
    discard_draft,
    doors,
    drop_photo,
    keep_photo,
    missing_in,
    save_answers,
    sign_forms,
    submit_registration,
)
from osler.foundation.access.routes import allow
from osler.foundation.files.errors import PhotoUnfit
from osler.foundation.files.pictures import LARGEST
from osler.foundation.ui.pictures import picture_response
from osler.kernel.errors import Missing, Refusal
from osler.web.portal.registration.door import Caller, at_door, closed, forget, remember, still_here
from osler.web.portal.registration.forms import AnswerForm, BeginForm, GuardianForm, SignForm
from osler.web.portal.registration.limits import BEGIN, BEGIN_HERE, PHOTO, SUBMIT, network
from osler.web.portal.registration.steps import CONSENTS, LABELS, REVIEW, Step, go_page, step_of

Answers = dict[str, Any]


@allow(methods=("GET",))
def clinics(request: HttpRequest) -> HttpResponse:
    """`/register/`: to the one clinic that is open, or a choice of several."""
    found = doors()
    if len(found) == 1:
        return redirect("registration-start", found[0].address)
    return render(request, "registration/clinics.html", {"doors": found}) if found else closed(request)


@at_door(needs_draft=False)
def start(request: HttpRequest, caller: Caller) -> HttpResponse:
    """`/register/<clinic>/`: what it is about, and for whom."""
    form = BeginForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        BEGIN.count(network(request))
        BEGIN_HERE.count(str(caller.door.organization_id))
        answers = {"for": form.cleaned_data["for_whom"]}
        draft, secret = begin_registration(
            caller.questionnaire, answers=answers, language=translation.get_language()
        )
        return remember(caller.here("page", "person"), draft, secret)
    status = 422 if form.is_bound else 200
    begun = caller.draft if caller.draft and caller.draft.status == Proposal.Status.DRAFT else None
    context = _frame(caller, form=form, is_begun=begun is not None, go_page=go_page(begun) if begun else "")
    return render(request, "registration/start.html", context, status=status)


@at_door()
def page(request: HttpRequest, caller: Caller, page: str) -> HttpResponse:
    """`<page>/`: each is kept as it is left, forwards, backwards or for later."""
    draft = _draft(caller)
    if draft.status != Proposal.Status.DRAFT:
        return caller.here("done")
    step = step_of(draft, page)
    if request.method == "GET" and not caller.is_fresh:
        return redirect(f"{reverse('registration-again', args=[caller.clinic])}?page={page}")
    show = {CONSENTS: _consents, REVIEW: _review}.get(page, _questions)
    response = show(request, caller, step)
    return still_here(request, response) if caller.is_fresh else response


def _questions(request: HttpRequest, caller: Caller, step: Step) -> HttpResponse:
    draft, posted = _draft(caller), request.POST if request.method == "POST" else None
    answers: Answers = draft.content.read()["answers"]
    age = caller.questionnaire.own_age
    form = AnswerForm(posted, items=step.items, answers=answers | _from_guardian(step, answers), own_age=age)
    guardian = None
    if step.name == "person" and answers["for"] != "self":
        guardian = GuardianForm(posted, initial=answers.get("guardian"))
    error, problem = "", None
    if posted is not None:
        kept = form.answers()
        if guardian is not None:
            guardian.is_valid()
            kept["guardian"] = guardian.cleaned_data
        save_answers(draft, answers_with(answers, kept))
        problem = _photos(request, draft) if step.name == "insurance" else None
        error = str(problem or "")
        if problem is None and (moved := _onward(request, caller, step)):
            return moved
        if not error and form.is_valid() and (guardian is None or guardian.is_valid()):
            return caller.here("page", REVIEW if "then" in request.GET else step.after)
    context = _frame(
        caller, step=step, title=step.title(answers), form=form, guardian=guardian, photo_error=error,
        photos={photo.side: photo for photo in draft.photos.defer("content_sealed")},
    )  # fmt: skip
    return render(request, "registration/questions.html", context, status=200 if posted is None else 422)


def answers_with(answers: Answers, kept: Answers) -> Answers:
    """The answers of a page put among the others; what could not be read is kept as it was typed."""
    raw = {name: value for name, value in answers.get("_raw", {}).items() if name not in kept}
    return kept | {"_raw": raw | kept.get("_raw", {})}


def _from_guardian(step: Step, answers: Answers) -> Answers:
    """Whoever registers a child is reached for the child: entered once, shown again."""
    guardian = answers.get("guardian") or {}
    fills = {"Patient.phone": "phone", "Patient.email": "email"}
    return {
        item.link_id: guardian.get(fills[item.definition], "")
        for item in step.items
        if item.definition in fills and item.link_id not in answers
    }


def _onward(request: HttpRequest, caller: Caller, step: Step) -> HttpResponse | None:
    """Where to, if not on to the next page: what is on this one need not be complete for it."""
    wish = request.POST.get("go", "")
    if wish == "back":
        return caller.here("page", step.before) if step.before else caller.here("start")
    if wish == "later":
        return caller.here("later")
    if wish == "photo":
        return caller.here("page", step.name)
    return None


def _photos(request: HttpRequest, draft: Proposal) -> Refusal | None:
    for side in ProposalPhoto.Side.values:
        if request.POST.get(f"drop-{side}"):
            drop_photo(draft, side=side)
        file = request.FILES.get(f"photo-{side}")
        if file is None:
            continue
        PHOTO.count(network(request))
        try:
            keep_photo(draft, side=side, content=file.read(LARGEST + 1))
        except PhotoUnfit as refusal:
            return refusal
    return None


def _consents(request: HttpRequest, caller: Caller, step: Step) -> HttpResponse:
    draft, texts = _draft(caller), offered_forms()
    said = draft.content.read()
    form = SignForm(
        request.POST if request.method == "POST" else None, texts=texts, signed=said["signatures"]
    )
    if form.is_bound:
        is_signed = form.is_valid()
        if is_signed:
            data = form.cleaned_data
            sign_forms(draft, forms=form.agreed(), signer_name=data["signer_name"], drawn=data["drawn"])
        if moved := _onward(request, caller, step):
            return moved
        if is_signed:
            return caller.here("page", step.after)
    context = _frame(caller, step=step, form=form, pen=form["drawn"].value() or "")
    return render(request, "registration/consents.html", context, status=422 if form.is_bound else 200)


def _review(request: HttpRequest, caller: Caller, step: Step) -> HttpResponse:
    draft = _draft(caller)
    said, refusal = draft.content.read(), None
    if request.method == "POST":
        if moved := _onward(request, caller, step):
            return moved
        SUBMIT.count(network(request))
        try:
            draft.language = translation.get_language()
            submit_registration(draft)
            return caller.here("done")
        except Refusal as found:
            refusal = found
    context = _frame(
        caller, step=step, parts=_parts(draft, said), refusal=refusal,
        guardian=said["answers"].get("guardian"), signatures=said["signatures"],
        missing=[(name, LABELS[name]) for name in missing_in(draft, said)],
        photos=[photo.side for photo in draft.photos.defer("content_sealed")],
    )  # fmt: skip
    return render(request, "registration/review.html", context, status=refusal.status if refusal else 200)


def _parts(draft: Proposal, said: Answers) -> list[tuple[str, object, list[tuple[str, list[str]]]]]:
    """The answers page by page, as they are read."""
    answers = said["answers"]
    asked = asked_items(draft.questionnaire) if draft.questionnaire else []
    items = [item for item in asked if counts(item, answers)]
    pages = list(dict.fromkeys(["person", *(item.page for item in items)]))
    return [
        (
            name,
            LABELS[name],
            [
                (item.told_text, words_of(item, answers[item.link_id]))
                for item in items
                if item.page == name and is_answered(item, answers)
            ],
        )
        for name in pages
    ]


@at_door(methods=("GET",))
def photo(request: HttpRequest, caller: Caller, side: str) -> HttpResponse:
    """`photo/<side>/`: the card as it was sent, for whoever sent it."""
    found = _draft(caller).photos.filter(side=side).first() if caller.is_fresh else None
    if found is None or _draft(caller).status != Proposal.Status.DRAFT:
        raise Missing
    return picture_response(found.content, found.content_type, name=f"card-{side}")


@at_door()
def stop(request: HttpRequest, caller: Caller) -> HttpResponse:
    """`stop/`: nothing of it is kept, here or there."""
    draft = _draft(caller)
    if request.method == "POST":
        if draft.status == Proposal.Status.DRAFT:
            discard_draft(draft)
        return forget(render(request, "registration/stopped.html", _frame(caller)))
    return render(request, "registration/stop.html", _frame(caller))


@at_door()
def done(request: HttpRequest, caller: Caller) -> HttpResponse:
    """`done/`: it has arrived, and what happens next. The browser can open it no more."""
    draft = _draft(caller)
    if draft.status == Proposal.Status.DRAFT:
        return caller.here("page", REVIEW)
    if request.method == "POST":
        return forget(caller.here("start"))
    return render(request, "registration/done.html", _frame(caller, draft=draft))


def _draft(caller: Caller) -> Proposal:
    if caller.draft is None:
        raise Missing
    return caller.draft


def _frame(caller: Caller, **more: Any) -> dict[str, Any]:
    return {
        "clinic": caller.clinic,
        "questionnaire": caller.questionnaire,
        "site_name": caller.door.name,
        **more,
    }
