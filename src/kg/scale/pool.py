"""Work in several processes that may die: what a dead one had in hand is done again.

Nothing tells which task killed its process, so all that were in hand are tried again; what is in hand when a process
dies for the second time is tried alone, and cut in halves until what kills stands by itself. That is given back as a
Lost, and all the rest is done.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait as wait_for
from typing import Any, Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")
_WARM = "kg.scale.warm"
_TRIES = 2


@dataclass(frozen=True)
class Lost(Generic[Task]):
    """A task that cannot be halved and ended each process that took it up."""

    task: Task


class Pool:
    """``jobs`` processes. Used as a context; leaving it ends them."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def run(self, work: Callable[[Task], Result], tasks: Iterable[Task],
            halves: Callable[[Task], list[Task]] = lambda _: []) -> Iterator[tuple[Task, Result | Lost[Task]]]:
        """Each task with its result, as they are done. Holds but a few tasks per process; raises what ``work`` raises.

        ``work`` must be a function of a module, and do no harm if done twice.
        """
        coming = iter(tasks)
        again: deque[tuple[Task, int]] = deque()
        running: dict[Future[Result], tuple[Task, int]] = {}
        while True:
            while len(running) < 2 * self._jobs and (item := _next(again, coming)):
                running[self._submit(work, item[0])] = item
            if not running:
                return
            died: list[tuple[Task, int]] = []
            finished = wait(running, return_when=FIRST_COMPLETED).done
            for future in sorted(finished, key=list(running).index):
                item = running.pop(future)
                try:
                    result = future.result()
                except BrokenProcessPool:
                    died.append(item)
                else:
                    yield item[0], result
            if died:
                died += running.values()
                running.clear()
                self._end()
            for task, deaths in died:
                if deaths + 1 < _TRIES:
                    again.append((task, deaths + 1))
                else:
                    yield from _alone(work, task, halves)

    def _submit(self, work: Callable[[Task], Result], task: Task) -> Future[Result]:
        if self._pool is None:
            self._pool = _executor(self._jobs)
        try:
            return self._pool.submit(work, task)
        except BrokenProcessPool as error:  # it broke since we last looked: as if the task had met it running
            broken: Future[Result] = Future()
            broken.set_exception(error)
            return broken

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _next(again: deque[tuple[Task, int]], coming: Iterator[Task]) -> tuple[Task, int] | None:
    if again:
        return again.popleft()
    for task in coming:
        return task, 0
    return None


def _alone(work: Callable[[Task], Result], task: Task,
           halves: Callable[[Task], list[Task]]) -> Iterator[tuple[Task, Result | Lost[Task]]]:
    """The task, or its halves, or halves of those: whatever can be done of it, and what is lost."""
    parts = halves(task)
    for _ in range(1 if parts else _TRIES):
        with _executor(1) as pool:
            try:
                yield task, pool.submit(work, task).result()
                return
            except BrokenProcessPool:
                continue
    if not parts:
        yield task, Lost(task)
    for part in parts:
        yield from _alone(work, part, halves)


def _executor(jobs: int) -> ProcessPoolExecutor:
    """Processes started from a clean one that has the rules already: forking ours, which has threads, could hang."""
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    context: Any = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload([_WARM])
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_watch)


def _watch() -> None:
    """End this process when the one that started the work ends, however it does: nobody would take the results."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)
