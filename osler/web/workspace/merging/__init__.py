"""Two charts of one person: chosen, compared, merged by who may, and parted again."""
