"""Projects and plans in the words of the manifests, for tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lvstate.engine.applier import apply_plan
from lvstate.engine.draft import draft
from lvstate.engine.planner import make_plan
from lvstate.model.problem import Source
from lvstate.model.project import EVERYTHING, Environment, Pattern, Policy, Project, Selection, UnlistedMode
from lvstate.model.resource import Declared, Live, Removal
from lvstate.model.tenant import Tenant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lvstate.engine.draft import Draft
    from lvstate.kinds.kind import Kind
    from lvstate.model.change import Plan
    from lvstate.model.report import Outcome, Report
    from lvstate.model.resource import Value
    from tests.engine.model_tenant import ModelTenant, Objects

ACME = Tenant("https://api.na4.livevox.com", "ACME")


def declared(
    kind: str,
    address: str,
    *,
    pin: int | None = None,
    previous: Sequence[str] = (),
    source: Source | None = None,
    **fields: Value,
) -> Declared:
    """An entry under a kind's section."""
    where = source or Source("manifests/all.yaml", 1, 3)
    return Declared(kind, address, fields, where, pin=pin, previous_names=tuple(previous))


def group(address: str, name: str, **rest: Any) -> Declared:
    return declared("contact_group", address, name=name, **rest)


def column(slot: str, **fields: Any) -> Declared:
    return declared("custom_field", slot, **fields)


def classification(address: str, name: str, **rest: Any) -> Declared:
    return declared("account_classification", address, name=name, **rest)


def account_type(address: str, name: str, **rest: Any) -> Declared:
    return declared("account_type", address, name=name, **rest)


def removal(kind: str, address: str, name: str | None = None, **rest: Any) -> Removal:
    """An entry under `removed:`."""
    return Removal(kind, address, Source("manifests/removed.yaml", 2, 5), name=name, **rest)


def project(
    *entries: Declared | Removal,
    unlisted: Mapping[str, str] | None = None,
    ignore: Sequence[str] = (),
    protect: Sequence[str] = (),
    released: Sequence[Declared] = (),
    environment: str = "production",
    max_deletes: int = 5,
    empty_kind_allowed: bool = False,
) -> Project:
    """A project of these entries, in this order."""
    modes = {kind: UnlistedMode(mode) for kind, mode in (unlisted or {}).items()}
    return Project(
        root=Path("/nowhere"),
        environment=Environment(environment, ACME.url),
        declared=tuple(e for e in entries if isinstance(e, Declared)),
        removals=tuple(e for e in entries if isinstance(e, Removal)),
        policy=Policy(
            unlisted=modes,
            unlisted_sources={kind: Source("lvstate.yaml", 9, 12) for kind in modes},
            ignore=tuple(Pattern.parse(text) for text in ignore),
            protect=tuple(Pattern.parse(text) for text in protect),
            max_deletes=max_deletes,
            empty_kind_allowed=empty_kind_allowed,
        ),
        released=tuple(released),
    )


def selection(*select: str, exclude: Sequence[str] = ()) -> Selection:
    return Selection(
        tuple(Pattern.parse(text) for text in select), tuple(Pattern.parse(text) for text in exclude)
    )


def listing(kind: Kind, objects: Objects) -> tuple[Live, ...]:
    """What a listing of these objects brings."""
    return tuple(Live(kind.name, live_id, fields) for live_id, fields in objects.items())


def drafted(
    kind: Kind,
    objects: Objects,
    wanted: Project,
    chosen: Selection = EVERYTHING,
) -> Draft:
    """The draft for a tenant that holds these objects of one kind."""
    return draft(wanted, {kind.name: listing(kind, objects)}, chosen)


def plan(
    tenant: ModelTenant,
    wanted: Project,
    chosen: Selection = EVERYTHING,
    *,
    of: Tenant = ACME,
    parallelism: int = 4,
) -> Plan:
    """Plan against a model tenant."""
    return tenant.stage.run(make_plan(wanted, tenant, of, chosen, parallelism))[0]


def apply(
    tenant: ModelTenant,
    wanted: Project,
    chosen: Selection = EVERYTHING,
    *,
    settle: float = 60.0,
    parallelism: int = 4,
    then: Any = None,
) -> Report:
    """Plan and apply at once; `then` happens to the tenant in between."""
    stage = tenant.stage
    made, snapshot = stage.run(make_plan(wanted, tenant, ACME, chosen, parallelism))
    if then is not None:
        then()
    tenant.requests.clear()
    return stage.run(
        apply_plan(made, wanted, snapshot, tenant, run_id="run-1", settle=settle, parallelism=parallelism)
    )


def only(report: Report) -> Outcome:
    """The outcome of a report that has one."""
    (outcome,) = report.outcomes
    return outcome
