"""The coroutines that are under way, and which of them is to be stepped next with what."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

from lvstate.effects import Task


class _Group:
    """The tasks of one `Gather`."""

    __slots__ = ("parent", "results", "running", "unfinished", "waiting")

    def __init__(self, parent: Fibre, tasks: Sequence[Task[Any]]) -> None:
        self.parent = parent
        self.waiting = deque(enumerate(tasks))
        self.results: list[Any] = [None] * len(tasks)
        self.unfinished = len(tasks)
        self.running: set[Fibre] = set()


class Fibre:
    """A coroutine that is under way, and the group it answers to."""

    __slots__ = ("children", "closed", "group", "index", "task")

    def __init__(self, task: Task[Any], group: _Group | None = None, index: int = 0) -> None:
        self.task = task
        self.group = group
        self.index = index
        self.children: _Group | None = None
        self.closed = False


class Fibres:
    """Keeps what is ready to go on; finishing, failing and closing follow the groups of `Gather`."""

    def __init__(self) -> None:
        self._ready: deque[tuple[Fibre, Any, BaseException | None]] = deque()

    def __bool__(self) -> bool:
        """Whether any is ready."""
        return bool(self._ready)

    def next(self) -> tuple[Fibre, Any, BaseException | None]:
        """Return a fibre, and the value or error that it waits for."""
        return self._ready.popleft()

    def resume(self, fibre: Fibre, value: Any = None) -> None:
        """Let a fibre go on with what it waited for."""
        self._ready.append((fibre, value, None))

    def throw(self, fibre: Fibre, error: BaseException | None) -> None:
        """Let a fibre go on with an error; with None as `resume`."""
        self._ready.append((fibre, None, error))

    def gather(self, parent: Fibre, tasks: Sequence[Task[Any]], limit: int) -> None:
        """Begin tasks side by side on behalf of one that waits for all of them."""
        if not tasks:
            self.resume(parent, [])
            return
        group = _Group(parent, tasks)
        parent.children = group
        for _ in range(min(max(limit, 1), len(tasks))):
            self._start_next(group)

    def _start_next(self, group: _Group) -> None:
        if group.waiting:
            index, task = group.waiting.popleft()
            fibre = Fibre(task, group, index)
            group.running.add(fibre)
            self.resume(fibre, None)

    def finished(self, fibre: Fibre, value: Any) -> None:
        """Take note of a result; the last of a group resumes the one that gathers."""
        fibre.closed = True
        group = fibre.group
        if group is None:
            return
        group.running.discard(fibre)
        group.results[fibre.index] = value
        group.unfinished -= 1
        if group.unfinished == 0:
            group.parent.children = None
            self.resume(group.parent, group.results)
        else:
            self._start_next(group)

    def failed(self, fibre: Fibre, error: BaseException) -> None:
        """Take note of an error: it closes the rest of its group and is raised in the one that gathers."""
        fibre.closed = True
        group = fibre.group
        if group is None:
            return
        group.running.discard(fibre)
        group.parent.children = None
        self._close_group(group)
        self.throw(group.parent, error)

    def close(self, fibre: Fibre) -> None:
        """End a fibre and everything that it has gathered."""
        fibre.closed = True
        if fibre.children is not None:
            self._close_group(fibre.children)
        fibre.task.close()

    def _close_group(self, group: _Group) -> None:
        for other in list(group.running):
            self.close(other)
        for _, task in group.waiting:
            task.close()
        group.running.clear()
        group.waiting.clear()
