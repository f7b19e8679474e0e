"""Strike out known gaps that are closed: the ``xfail`` of cases and the ``KNOWN`` of reports that pass by now.

What is left over (marks inside a test file) is named, to be struck out by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1] / "tests"
FILES = ("test_cases.py", "test_reports.py", "test_first_report.py", "test_data.py", "test_offsets.py")


class Passed:
    """Collects the tests that were expected to fail and did not."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.items = {item.nodeid: item for item in items}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and str(report.longrepr).startswith("[XPASS(strict)]"):
            self.names.append(report.nodeid)


def strike(item: pytest.Item) -> bool:
    """Take the mark of one test out of the file that holds it; False if it is not found."""
    params = getattr(item, "callspec", None)
    case = params.params.get("case") if params else None
    if isinstance(case, dict):
        folder = "mentions" if item.name.startswith("test_mentions") else "builders"
        path = TESTS / "cases" / folder / f"{params.params['kind']}.yaml" if params else TESTS
        pattern = re.escape(f"- case: {case['case']}\n") + r"(  xfail: .*\n)"
    else:
        path, pattern = item.path, rf'^(    "{re.escape(item.name)}": .*\n)'
    text = path.read_text(encoding="utf-8")
    found = re.search(pattern, text, re.M)
    if found is None:
        return False
    path.write_text(text[: found.start(1)] + text[found.end(1):], encoding="utf-8")
    return True


def main() -> None:
    passed = Passed()
    pytest.main(["-q", "--no-header", "--tb=no", "-r", "N", *(str(TESTS / name) for name in FILES)], plugins=[passed])
    for name in passed.names:
        done = "struck out" if strike(passed.items[name]) else "strike it out by hand"
        sys.stdout.write(f"{name}: {done}\n")
    sys.stdout.write(f"{len(passed.names)} gaps are closed.\n")


if __name__ == "__main__":
    main()
