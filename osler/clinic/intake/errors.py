"""What can stand against registering online, and against deciding what was registered.

Conflict
├── AlreadySubmitted     what was sent is no longer changed
├── AlreadyDecided       somebody else has decided, or the patient took it back
├── ChangeWaits          one wish of a patient waits at a time
├── HoldOver             a time that was chosen is held no more
├── ConsentRevoked       it was revoked before
├── WordsStay            a published text or a signature never changes
├── AddressTaken         another clinic has this address
└── ResponseReviewed     somebody has read it already
Invalid
├── SignatureMissing     neither drawn nor typed
├── AnswersMissing       a page is not complete
├── TooQuick             faster than anybody reads: a machine
├── NothingProposed      all is as the record has it
├── ChoiceMissing        which insurer was not said
├── NothingTicked        nothing is to be taken over: that is a rejection
├── ReasonMissing        why nothing is taken over
└── ItemUnfit            a question that cannot be asked so
"""

from django.utils.translation import gettext_lazy as _

from osler.kernel import constraints
from osler.kernel.errors import Conflict, Invalid


class AlreadySubmitted(Conflict):
    """What was sent is no longer changed."""

    code = "already-submitted"
    message = _("This registration was sent already. The clinic has it.")


class HoldOver(Conflict):
    """The ten minutes are over, or it was booked by another request."""

    code = "hold-over"
    message = _("This time is no longer held for you. Please choose a time again.")


class AlreadyDecided(Conflict):
    """Exactly one decides, once."""

    code = "already-decided"
    message = _("This was decided already, or taken back. Nothing was changed.")


class ChangeWaits(Conflict):
    """One wish of a patient waits at a time."""

    code = "change-waits"
    message = _("A change waits for the clinic already. Take it back first to send another one.")


class ConsentRevoked(Conflict):
    """It was revoked before."""

    code = "consent-revoked"
    message = _("This consent was revoked already.")


class WordsStay(Conflict):
    """A published text, or a signature, never changes."""

    code = "words-stay"
    message = _("What was published or signed never changes. Make a new version.")


class AddressTaken(Conflict):
    """No two clinics share a public address."""

    code = "address-taken"
    message = _("Another clinic has this address already. Please choose another one.")
    field = "address"


class ResponseReviewed(Conflict):
    """Somebody has read it already."""

    code = "response-reviewed"
    message = _("Somebody has marked these answers as read already.")


class SignatureMissing(Invalid):
    """Neither drawn nor typed."""

    code = "signature-missing"
    message = _("Please sign: draw your signature, or type your full name.")
    field = "signer_name"


class AnswersMissing(Invalid):
    """A page is not complete."""

    code = "answers-missing"
    message = _("Some answers are missing. Nothing was sent; what you entered is kept.")


class TooQuick(Invalid):
    """Faster than anybody reads: a machine, or a double click."""

    code = "too-quick"
    message = _("That was very quick. Please look through your answers and send them again.")


class NothingProposed(Invalid):
    """All is as the record has it."""

    code = "nothing-proposed"
    message = _("Nothing differs from what the clinic has noted.")


class NothingTicked(Invalid):
    """Nothing is to be taken over: that is a rejection."""

    code = "nothing-ticked"
    message = _("Tick what is to be taken over, or reject it.")


class ReasonMissing(Invalid):
    """Why nothing is taken over, for whoever is asked about it later."""

    code = "reason-missing"
    message = _("Please say why, for your colleagues. Nothing was changed.")
    field = "reason"


class ChoiceMissing(Invalid):
    """Which insurer was not said."""

    code = "choice-missing"
    message = _("Please choose the insurer, or leave the insurance out.")
    field = "payer"


class ItemUnfit(Invalid):
    """A question that cannot be asked so."""

    code = "item-unfit"
    message = _("This question is needed to tell people apart: it is always asked.")


constraints.declare("proposal_only_drafts", AlreadySubmitted)
constraints.declare("proposal_one_change_at_a_time", ChangeWaits)
constraints.declare("questionnaireresponse_once_a_proposal", AlreadyDecided)
constraints.declare("consent_once_a_proposal", AlreadyDecided)
constraints.declare("cardphoto_once_a_proposal", AlreadyDecided)
constraints.declare("consentform_words_stay", WordsStay)
constraints.declare("consent_signature_stays", WordsStay)
constraints.declare("questionnaire_address_unique", AddressTaken)
constraints.declare("questionnaireitem_always_asked", ItemUnfit)
