"""Answers of the gallery's combobox."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

CODES = (
    ("E11.9", "Type 2 diabetes mellitus without complications", "sugar"),
    ("E11.22", "Type 2 diabetes mellitus with diabetic chronic kidney disease", "sugar kidney"),
    ("I10", "Essential (primary) hypertension", "high blood pressure"),
    ("E87.5", "Hyperkalemia", "high potassium"),
    ("N18.31", "Chronic kidney disease, stage 3a", "kidney"),
    ("M17.12", "Unilateral primary osteoarthritis, left knee", "knee pain wear"),
    ("R29.6", "Repeated falls", "fall"),
)


def options(request: HttpRequest) -> HttpResponse:
    """Codes whose words all begin like the words typed."""
    typed = request.GET.get("q", "").lower().split()
    found = [
        entry
        for entry in CODES
        if all(any(word.startswith(part) for word in " ".join(entry).lower().split()) for part in typed)
    ]
    return render(request, "ui/gallery/options.html", {"entries": found})
