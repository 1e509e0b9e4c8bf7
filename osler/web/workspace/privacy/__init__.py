"""The privacy officer's desk: who opened which chart, and whether the trail is whole."""
