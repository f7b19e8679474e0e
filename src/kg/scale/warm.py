"""Importing this module loads rules and shapes, so that processes forked afterwards have them."""

from __future__ import annotations

import gc

from kg.model import Report
from kg.scale import work

# A report that needs most of the rules; what comes out is of no interest.
_REPORT = Report.of("warm", "۱", "۱")
list(work.process([_REPORT], work.Settings()))
gc.collect()
gc.freeze()  # what is loaded stays shared
