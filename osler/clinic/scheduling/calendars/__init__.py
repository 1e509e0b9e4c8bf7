"""When clinicians can be booked: hours, absences, pools, free times; and a calendar to carry away."""
