"""What people registered online, or asked to have changed: looked at, accepted field by field, or not."""
