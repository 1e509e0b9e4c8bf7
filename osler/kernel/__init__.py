"""Things every floor may name: money, time, coding, refusals. No tables, no domain."""
