"""What the simulation and the planted bugs found untested, each as a small test of its own."""

from __future__ import annotations

from lvstate.cli.commands.apply import _exit_code
from lvstate.errors import Exit
from lvstate.model.report import Outcome, Report, Status
from tests.engine.declarations import apply, group, plan, project
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


def test_creates_that_show_no_order_stand_in_the_order_of_their_addresses() -> None:
    """Under any hash seed: one order in six factorial is right by chance."""
    wanted = project(*(group(address, address.upper()) for address in "fbeacd"))
    assert "".join(change.address or "" for change in plan(ModelTenant(Stage()), wanted).changes) == "abcdef"


def test_an_unknown_outcome_never_exits_0_even_where_live_is_as_declared_by_now() -> None:
    made = plan(ModelTenant(Stage()), project(group("g", "G")))
    unknown = Outcome(made.changes[0], Status.UNKNOWN, written=True)
    assert _exit_code(Report(made, "run-1", (unknown,), converged=True), None) is Exit.PARTIAL
