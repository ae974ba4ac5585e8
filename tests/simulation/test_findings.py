"""What the simulation found, each as a small test of its own."""

from __future__ import annotations

from lvstate.model.report import Status
from tests.engine.declarations import apply, group, project
from tests.engine.model_tenant import VANISHED, ModelTenant
from tests.engine.stepping import Stage


def test_an_object_that_this_run_made_is_never_adopted_for_another_create() -> None:
    """Not even when a colleague renames it, meanwhile, to the very name that another create was to make."""
    tenant = ModelTenant(Stage())
    tenant.answers["create", "contact_group"].extend([None, VANISHED])

    def rename() -> None:
        tenant.objects["contact_group"][9001]["name"] = "H"

    tenant.meanwhile["list", "contact_group"].extend([lambda: None, rename])
    _, second = apply(tenant, project(group("g", "G"), group("h", "H")), parallelism=1).outcomes
    assert (second.status, second.live_id) == (Status.UNKNOWN, None)
