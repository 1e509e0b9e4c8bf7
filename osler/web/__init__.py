"""The human doors: pages for staff and patients."""
