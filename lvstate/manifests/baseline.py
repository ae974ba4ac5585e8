"""Reads a project as it was at a Git ref; what is wrong there is told as the base's fault, with `ref:file:line`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lvstate.errors import InvalidInput, UsageError
from lvstate.manifests.commit_files import CommitFiles
from lvstate.manifests.files import PROJECT_FILE, Kind
from lvstate.manifests.loader import load_project
from lvstate.manifests.repository import Repository
from lvstate.model.problem import Problem, Severity
from lvstate.model.project import Baseline, Commit, Environment, Policy, Project


def load_baseline(root: Path, environment: str, ref: str) -> Baseline:
    """Read one environment of a project as it was at a ref; it is empty where it did not exist yet.

    Raises UsageError when there is no such commit, InvalidInput when what it holds is broken.
    """
    with _commit_files(root, ref) as (commit, files):
        if files.kind(PROJECT_FILE) is Kind.NOTHING:
            return Baseline(commit, _nothing(root, environment))
        try:
            return Baseline(commit, load_project(root, environment, files=files))
        except UsageError:  # there was no such environment
            return Baseline(commit, _nothing(root, environment))


def load_project_at(
    root: Path,
    ref: str,
    environment: str | None = None,
    *,
    url: str | None = None,
    client: str | None = None,
) -> tuple[Project, Commit]:
    """Read a project at a ref as `load_project` reads it from disk; raises the same, and UsageError for the ref."""
    with _commit_files(root, ref) as (commit, files):
        return load_project(root, environment, url=url, client=client, files=files), commit


@contextmanager
def _commit_files(root: Path, ref: str) -> Iterator[tuple[Commit, CommitFiles]]:
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder")
    with Repository(root) as repository:
        commit = repository.commit(ref)
        try:
            yield commit, CommitFiles(repository, commit)
        except InvalidInput as error:
            raise _broken_base(error, commit) from error


def _nothing(root: Path, environment: str) -> Project:
    return Project(root, Environment(environment, ""), (), (), Policy())


def _broken_base(error: InvalidInput, commit: Commit) -> InvalidInput:
    message = f"the project is broken at the base, {commit}: {error.message}"
    hint = "Choose another base: what you have now may be right."
    problems = [problem for problem in error.problems if isinstance(problem, Problem)]
    head = Problem(Severity.ERROR, "broken-base", message, hint)
    return InvalidInput(message, hint=hint, problems=[head, *(_at(problem, commit) for problem in problems)])


def _at(problem: Problem, commit: Commit) -> Problem:
    if problem.source is None:
        return problem
    return problem._replace(source=problem.source._replace(file=f"{commit.ref}:{problem.source.file}"))
