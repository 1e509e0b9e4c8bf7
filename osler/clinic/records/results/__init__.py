"""From the specimen to the acknowledged and released result."""
