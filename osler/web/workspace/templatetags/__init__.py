"""Tags of the workspace's pages."""
