"""A queued notice wakes the job that sends it."""

from procrastinate.contrib.django.models import ProcrastinateJob

from osler.clinic.communication.notices import queue_notice
from osler.foundation.jobs.outbox import SystemActor, deliver_events
from tests.conftest import new_patient


def test_a_queued_notice_wakes_the_sender(act, organization):
    patient = new_patient(organization, email="dana@home.test")
    with act(SystemActor(organization.id)):
        queue_notice(patient, kind="message", occasion="1")
    deliver_events(str(organization.id))
    job = ProcrastinateJob.objects.get(task_name="send_notices")
    assert job.args == {"organization_id": str(organization.id)}
