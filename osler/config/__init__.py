"""Settings, routes and entry points: where the floors are joined."""
