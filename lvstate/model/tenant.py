"""The tenant: one LiveVox client on one base URL."""

from typing import NamedTuple


class Tenant(NamedTuple):
    """One LiveVox client on one base URL."""

    url: str
    client: str | None

    def __str__(self) -> str:
        """Return how people name it."""
        return f"{self.client} at {self.url}" if self.client else self.url
