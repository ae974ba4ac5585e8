"""A new kind is one file: found, planned, applied and guarded without touching any other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

QUEUE = '''
"""Queues, which LiveVox does not have."""

from lvstate.kinds.kind import Kind
from lvstate.model.words import FieldWords, Words
from lvstate.wire.collection import Collection
from lvstate.wire.messages import Number, Text

KIND = Kind(
    name="queue",
    section="queues",
    noun="queue",
    order=25,
    words=Words(
        creates="Calls can wait in {name}",
        fields={"depth": FieldWords(changes="{after} calls can wait in {name}", begins="{after} calls can wait")},
    ),
    shape=Collection(
        path="/queues",
        read_path="/queues/{id}",
        write_path="/queues/{id}",
        items_key="queues",
        fields=(Text("title", "title"), Number("depth", "maxDepth")),
        create_fields=frozenset({"title"}),
    ),
)
'''

# In a process of its own: kinds are found once, and other tests must not meet this one.
STORY = """
import sys
import lvstate.kinds

lvstate.kinds.__path__.append(sys.argv[1])

from lvstate.kinds import all_kinds, by_section, kind_named
from tests.engine.declarations import apply, declared, group, plan, project, removal
from tests.engine.model_tenant import ModelTenant
from tests.engine.stepping import Stage

assert [kind.name for kind in all_kinds()] == [
    "contact_group", "custom_field", "queue", "account_classification", "account_type"
]
assert by_section("queues") is kind_named("queue")
assert kind_named("queue").shape.update([(7, {"depth": 3})]).body == {"maxDepth": 3}

tenant = ModelTenant(Stage(), queue={1: {"title": "Old", "depth": 1}, 2: {"title": "Dead"}, 3: {"title": "Kept"}})
wanted = project(
    declared("queue", "new", title="New", depth=4),
    declared("queue", "old", title="Renamed", depth=2, previous=["Old"]),
    removal("queue", "dead", "Dead"),
    group("g", "G"),
    protect=["queue/Kept"],
)
made = plan(tenant, wanted)
assert [c.id for c in made.changes] == [
    "contact_group/g:create", "queue/old:update", "queue/new:create", "queue/dead:delete"
]
assert [u.name for u in made.unlisted] == ["Kept"]
from lvstate.views import html, markdown
shown = markdown.plan(made)
assert "2 calls can wait in `Renamed`" in shown and "Calls can wait in `New`" in shown, shown
assert "The queue `Dead` disappears" in shown and "<h3>Queues <small>3</small>" in html.plan(made)
report = apply(tenant, wanted)
assert report.converged, report.remaining
assert sorted(map(str, tenant.state("queue").values())) == [
    "{'title': 'Kept'}", "{'title': 'New', 'depth': 4}", "{'title': 'Renamed', 'depth': 2}"
]
assert not any(read.startswith("count") for read in tenant.reads)
again = plan(tenant, wanted)
assert again.empty

exclusive = project(unlisted={"queue": "delete"}, protect=["queue/Kept"])
made = plan(tenant, exclusive)
assert len(made.changes) == 2 and [b.code for b in made.blocked] == ["protected"]
print("done")
"""


def test_a_fifth_kind_works_by_one_file(tmp_path: Path) -> None:
    (tmp_path / "queue.py").write_text(QUEUE)
    done = subprocess.run(
        [sys.executable, "-c", STORY, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
