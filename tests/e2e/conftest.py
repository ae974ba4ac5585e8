"""A tenant served by the real emulator over HTTP, and a project to run the real command in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from lvstate.emulator import create_app, serve
from tests.e2e.stage import Project, Tenant

PROJECT_FILE = """\
version: 1
manifests: [manifests/]
default_environment: test
environments:
  test: {url: "emulator:"}
"""


@pytest.fixture
def start_tenant(tmp_path: Path) -> Iterator[Callable[..., Tenant]]:
    """Start emulators that end with the test; `plant` adds objects that no request can make."""
    running: list[Any] = []

    def start(
        seed: str = "vendor-examples", plant: Mapping[str, Any] | None = None, **options: Any
    ) -> Tenant:
        log = tmp_path / f"requests-{len(running)}.jsonl"
        app = create_app(seed=seed, log=log, **options)
        if plant:
            app.plant(dict(plant))  # type: ignore[arg-type]
        server = serve(app, port=0)
        server.__enter__()
        running.append((server, app))
        return Tenant(server.url, log)

    yield start
    for server, app in running:
        server.__exit__(None, None, None)
        app.close()


@pytest.fixture
def tenant(start_tenant: Callable[..., Tenant]) -> Tenant:
    """The tenant of the vendor's examples."""
    return start_tenant()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with one environment, which LVSTATE_URL may point at a served tenant."""
    made = Project(tmp_path / "project")
    made.write("lvstate.yaml", PROJECT_FILE)
    return made
