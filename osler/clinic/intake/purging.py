"""What was not taken over is forgotten: drafts left behind, what was rejected, what was decided."""

from datetime import timedelta

from django.db.models import Q

from osler.clinic.intake.models import Proposal, ProposalContent, ProposalPhoto, Questionnaire
from osler.clinic.intake.registering import DRAFT_LASTS
from osler.kernel import clock

KEPT_WITHOUT_QUESTIONNAIRE = 30


def purge_proposals() -> int:
    """Delete drafts that have run out and rejected or withdrawn proposals, whole; of accepted ones what
    they said. Acts for one clinic; gives the number of proposals that were forgotten."""
    found = Questionnaire.objects.first()
    days = found.kept_days if found else KEPT_WITHOUT_QUESTIONNAIRE
    old = clock.now() - timedelta(days=days)
    over = Q(status=Proposal.Status.DRAFT, updated_at__lt=clock.now() - DRAFT_LASTS) | Q(
        status__in=[Proposal.Status.REJECTED, Proposal.Status.WITHDRAWN], decided_at__lt=old
    )
    taken = list(
        Proposal.objects.filter(status=Proposal.Status.ACCEPTED, decided_at__lt=old, content__isnull=False)
        .order_by("id")
        .values_list("id", flat=True)
    )
    locked = Proposal.objects.filter(over).select_for_update().order_by("id")
    gone = list(locked.values_list("id", flat=True))
    for model in (ProposalPhoto, ProposalContent):
        model.objects.filter(proposal_id__in=[*taken, *gone]).delete()
    Proposal.objects.filter(id__in=gone).delete()
    return len(taken) + len(gone)
