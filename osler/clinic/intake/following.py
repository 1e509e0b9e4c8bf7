"""Proposals, answers, consents and cards in a merge: all of them move; of two open changes one stays."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from osler.clinic.intake.models import CardPhoto, Consent, Proposal, QuestionnaireResponse
from osler.clinic.patients.following import Clash, Joining, follows, settles
from osler.kernel import clock


@settles
def one_change_at_a_time(joining: Joining) -> Iterable[Clash]:
    """Both charts have changes that wait for the desk: those of the duplicate are asked for again."""
    charts = (joining.survivor.id, joining.duplicate.id)
    waiting = Proposal.objects.filter(kind="change", status="proposed", patient_id__in=charts)
    found = {one.patient_id: one for one in waiting}
    if len(found) == len(charts):
        words = _("Changes wait for both charts: those of the duplicate are set aside.")
        yield Clash(words, _set_aside(found[charts[1]]))


def _set_aside(proposal: Proposal) -> Callable[[], None]:
    def set_aside() -> None:
        proposal.status, proposal.decided_at = Proposal.Status.REJECTED, clock.now()
        proposal.reason = str(_("The chart was merged into another one."))
        proposal.save()

    return set_aside


follows(Proposal, ngettext_lazy("%(count)d registration", "%(count)d registrations", "count"))
follows(QuestionnaireResponse, ngettext_lazy("%(count)d questionnaire", "%(count)d questionnaires", "count"))
follows(Consent, ngettext_lazy("%(count)d consent", "%(count)d consents", "count"))
follows(CardPhoto, ngettext_lazy("%(count)d card photo", "%(count)d card photos", "count"))
