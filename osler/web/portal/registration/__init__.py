"""The public door: whoever is no patient yet registers, page by page, without an account."""
