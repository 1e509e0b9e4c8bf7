"""The door and the first page: sign-in, each role's home, preferences."""
