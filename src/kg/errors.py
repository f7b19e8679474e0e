"""The errors a user may meet. Each message is a sentence: what, where, and what to do."""

from __future__ import annotations


class KgError(Exception):
    """Base of all errors that we raise on purpose; its text is shown to the user as it is."""


class InputError(KgError):
    """A source that cannot be read as a report."""


class RuleError(KgError):
    """A data file under ``lang/`` that breaks the rules for data files."""


class OutputError(KgError):
    """An output that cannot be written."""
