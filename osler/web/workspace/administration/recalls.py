"""Rules by which prevention falls due."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.communication.models import RecallRule
from osler.clinic.communication.recalling.rules import restore_rule, retire_rule, save_rule
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.directory.models import HealthcareService
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import DeedForm
from osler.web.workspace.billing.pages import attempt


class RuleForm(DeedForm):
    """Whom a rule concerns, how often, and whether they are written to."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("The desk reads it.")
    )
    service = forms.ModelChoiceField(
        HealthcareService.objects.none(), label=gettext_lazy("Kind of visit"), empty_label=None
    )
    every_months = forms.IntegerField(
        label=gettext_lazy("Every how many months"), min_value=1, max_value=240, initial=12
    )
    age_from = forms.IntegerField(
        label=gettext_lazy("From the age of"), min_value=0, max_value=120, initial=0
    )
    age_to = forms.IntegerField(label=gettext_lazy("To the age of"), min_value=0, max_value=120, initial=120)
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=RecallRule.Sex.choices, required=False)
    condition = forms.CharField(
        label=gettext_lazy("Code of a problem"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("How it begins, such as E11; empty: whatever the problems are."),
    )
    message_weeks = forms.IntegerField(
        label=gettext_lazy("A message at most every so many weeks"),
        min_value=0,
        max_value=104,
        initial=0,
        help_text=gettext_lazy("0: none; the desk calls."),
    )
    FIELDS: ClassVar = (
        "name", "service", "every_months", "age_from", "age_to", "sex", "condition", "message_weeks",
    )  # fmt: skip

    def __init__(self, *args: Any, services: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = services  # type: ignore[attr-defined]


@allow(Role.ADMINISTRATOR, methods=("GET",))
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule; retired ones last."""
    rows = scoped(RecallRule, actor_of(request)).select_related("service").order_by("-active", "name", "id")
    return render(request, "workspace/administration/recalls.html", {"rows": list(rows)})


@allow(Role.ADMINISTRATOR)
def rule_new(request: HttpRequest) -> HttpResponse:
    """Make a rule."""
    return _edit(request, RecallRule())


@allow(Role.ADMINISTRATOR)
def rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Change a rule."""
    return _edit(request, _rule(request, rule_id))


@allow(Role.ADMINISTRATOR, methods=("POST",))
def retire(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Recall nobody by it any more."""
    row = retire_rule(_rule(request, rule_id), version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("recall-rule-restore", args=[row.id]), row)
    notify(request, _("Nobody is recalled by %s any more.") % row, undo_url=undo)
    return redirect("recall-rules")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def restore(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Let it count again."""
    row = restore_rule(_rule(request, rule_id), version=seen_version(request), actor=actor_of(request))
    notify(request, _("%(name)s counts again.") % {"name": row.name})
    return redirect("recall-rules")


def _edit(request: HttpRequest, row: RecallRule) -> HttpResponse:
    actor, is_new = actor_of(request), row._state.adding
    form = RuleForm(
        request.POST if request.method == "POST" else None,
        services=scoped(HealthcareService, actor).filter(active=True).order_by("name"),
        initial={} if is_new else {name: getattr(row, name) for name in RuleForm.FIELDS},
    )
    version = None if is_new else seen_version(request) if form.is_bound else row.version
    if form.is_bound and attempt(form, lambda: _save(row, form, version, request)):
        notify(request, _("Saved."))
        return redirect("recall-rules")
    context = {"form": form, "row": None if is_new else row, "version": version}
    status = form.status if form.is_bound else 200
    return render(request, "workspace/administration/recall_rule.html", context, status=status)


def _save(row: RecallRule, form: RuleForm, version: int | None, request: HttpRequest) -> RecallRule:
    for name in RuleForm.FIELDS:
        setattr(row, name, form.cleaned_data[name])
    return save_rule(row, version=version, actor=actor_of(request))


def _rule(request: HttpRequest, rule_id: UUID) -> RecallRule:
    return get_object_or_404(scoped(RecallRule, actor_of(request), "plan"), id=rule_id)
