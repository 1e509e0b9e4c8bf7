"""The queue of a site: who waits and in which order, taking in, calling, lengths."""
