"""The shape of a table that holds files: what a file is stands beside its sealed content."""

import hashlib

from django.db import models

from osler.foundation.vault.sealing import SealedBytes


class KeptFile(models.Model):
    """A file in a row that says whose it is. `keep` is the only writer: a file never changes, a new one is
    a new row. Lists defer `content_sealed`."""

    content_type = models.CharField(max_length=40, editable=False)
    size = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    content_sealed = models.BinaryField(editable=False)
    content = SealedBytes("content_sealed")

    class Meta:
        abstract = True

    def keep(self, content: bytes, content_type: str) -> None:
        """Take the bytes; the row knows its organization by then."""
        self.content_type, self.size = content_type, len(content)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.content = content
