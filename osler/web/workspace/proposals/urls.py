"""Routes of proposals."""

from django.urls import path

from osler.web.workspace.proposals import views

ONE = "registrations/<uuid:proposal_id>/"

urlpatterns = [
    path("registrations/", views.proposals, name="proposals"),
    path(ONE, views.proposal, name="proposal"),
    path(f"{ONE}accept/", views.accept, name="proposal-accept"),
    path(f"{ONE}reject/", views.reject, name="proposal-reject"),
    path(f"{ONE}reopen/", views.reopen, name="proposal-reopen"),
    path(f"{ONE}photo/<slug:side>/", views.photo, name="proposal-photo"),
]
