"""The desk: day board, calendar, booking, appointments, requests of patients."""
