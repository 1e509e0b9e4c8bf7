"""Routes of the laboratory."""

from django.urls import path

from osler.web.workspace.laboratory import orders, views

ORDER = "lab/orders/<uuid:order_id>/"

urlpatterns = [
    path("lab/", views.worklist, name="lab"),
    path(ORDER, orders.order, name="lab-order"),
    path(f"{ORDER}collect/", orders.collect, name="lab-collect"),
    path(f"{ORDER}results/", orders.enter, name="lab-enter"),
    path(f"{ORDER}verify/", orders.verify, name="lab-verify"),
    path(f"{ORDER}amend/", orders.amend, name="lab-amend"),
    path(f"{ORDER}label/", orders.label, name="lab-label"),
]
