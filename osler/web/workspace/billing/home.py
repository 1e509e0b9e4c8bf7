"""The office at a glance; at the payment desk, the day's own takings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.billing.charges.arising import charge_visits, uncharged_visits
from osler.clinic.billing.charges.worklists import charge_counts, charges_by_patient
from osler.clinic.billing.invoices.ageing import AgeBucket, ageing
from osler.clinic.billing.invoices.worklists import invoice_counts, open_sums
from osler.clinic.billing.models import ChargeItem, Payment
from osler.clinic.billing.payments.takings import latest_payments, taken_on, takings_of
from osler.clinic.patients.finding import find_patients
from osler.clinic.records.models import Encounter
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.charts.bars import Bar, stacked_chart
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.pages import DESK, OFFICE

FEW = 8
FOUND_AT_MOST = 12
MISSED_AT_ONCE = 200


@allow(*DESK, reads="Payment", methods=("GET",))
def home(request: HttpRequest) -> HttpResponse:
    """`/billing/`: what waits, what is open, what came in today."""
    actor = actor_of(request)
    if not actor.has_role(Role.BILLING):
        return desk(request)
    today = clock.today()
    waiting = charges_by_patient(actor=actor, limit=FEW)
    missed = list(uncharged_visits(actor=actor)[: FEW + 1])
    latest = latest_payments(today, actor=actor, limit=FEW)
    shown = [group.patient.id for group in waiting] + [visit.patient_id for visit in missed]
    record_access(ChargeItem, patients=shown + [row.patient_id for row in latest])
    context = {
        "today": today,
        "charges": charge_counts(actor=actor),
        "invoices": invoice_counts(on=today, actor=actor),
        "sums": open_sums(on=today, actor=actor),
        "waiting": waiting,
        "missed": missed[:FEW],
        "has_more_missed": len(missed) > FEW,
        "taken": taken_on(today, actor=actor),
        "latest": latest,
        "ages": _age_chart(ageing(on=today, actor=actor)),
    }
    return render(request, "workspace/billing/home.html", context)


def _age_chart(buckets: list[AgeBucket]) -> Any:
    names = {
        0: _("Not due"),
        1: _("1–30 d"),
        31: _("31–60 d"),
        61: _("61–90 d"),
        91: _("over 90 d"),
    }
    bars = [Bar(names[bucket.days], [round(bucket.payer), round(bucket.patient)]) for bucket in buckets]
    title = _("Open balance by days overdue")
    return stacked_chart(title, bars, parts=[_("Insurers"), _("Patients")], unit=_("US dollars"))


def desk(request: HttpRequest) -> HttpResponse:
    """The payment desk: find who pays, and what this desk took today."""
    actor = actor_of(request)
    text = request.GET.get("q", "").strip()[:100]
    found = list(find_patients(text, actor=actor, limit=FOUND_AT_MOST)) if text else []
    takings = takings_of(clock.today(), actor=actor, only_own=True)
    record_access(Payment, patients=[one.id for one in found] + [row.patient_id for row in takings.payments])
    context = {"text": text, "found": found, "takings": takings}
    return render(request, "workspace/billing/desk.html", context)


@allow(*OFFICE, reads="Encounter", methods=("POST",))
def charge_missed(request: HttpRequest) -> HttpResponse:
    """Charge all finished visits that made no charge by themselves."""
    actor = actor_of(request)
    related = ("appointment__service", "location")
    visits = list(uncharged_visits(actor=actor).select_related(*related)[:MISSED_AT_ONCE])
    record_access(Encounter, patients=[visit.patient_id for visit in visits], detail="charge missed visits")
    made = charge_visits(visits, actor=actor)
    notify(request, _("%(count)s visits are charged now.") % {"count": len(made)})
    return redirect(reverse("charges"))
