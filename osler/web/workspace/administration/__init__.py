"""Administration: users and roles, sites and rooms, practitioners, services."""
