"""What every client of the service comes to need beside the generated code: pages in a row, and refusals that can be read."""

from .pages import pages
from .refusal import Refusal, Violation

__all__ = ["Refusal", "Violation", "pages"]
