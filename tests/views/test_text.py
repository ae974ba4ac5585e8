"""Text for a terminal, against golden files and for names that try to be more than names."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lvstate.errors import AuthError, InvalidInput, LvstateError
from lvstate.model.change import FieldChange, Plan, Unlisted, Update, Warning
from lvstate.model.problem import Problem, Severity, Source
from lvstate.model.project import Pattern, Selection
from lvstate.model.report import Outcome, Report, Status
from lvstate.model.tenant import Tenant
from lvstate.views import text
from lvstate.views.terminal import Style, columns
from tests.model.plans import plans, sources, texts
from tests.replacing import replace
from tests.views.examples import (
    BOA,
    EARLY,
    LEGACY,
    TWINS,
    UNREAD,
    diagnosis,
    empty_plan,
    full_plan,
    mixed_report,
    offline_plan,
    past,
    pasts,
    problems,
    three_way_plan,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN = Style(colour=False, width=80)
COLOUR = Style(colour=True, width=80)
SGR = re.compile(r"\x1b\[[0-9;]*m")

BLOCKED_ONLY = replace(empty_plan(), blocked=(TWINS,))
UNLISTED_ONLY = replace(empty_plan(), unlisted=(Unlisted("contact_group", "tmp 1", 1),))
DRIFT_ONLY = replace(
    empty_plan(),
    unlisted=(Unlisted("contact_group", "tmp 1", 1, drift=True), Unlisted("contact_group", "tmp 2", 2)),
)
NARROWED = replace(empty_plan(), selection=Selection((Pattern("contact_group", "early-*"),)))
ALL_DONE = Report(empty_plan(), "20250311T091502Z-4d1f", (), converged=True)


def update(before: str, after: str) -> Plan:
    """A plan that renames one group."""
    return replace(empty_plan(), changes=(replace(BOA, fields=(FieldChange("name", before, after),)),))


SHOWN: dict[str, Callable[[Style], str]] = {
    "plan-full": lambda style: text.plan(full_plan(), style),
    "plan-three-way": lambda style: text.plan(three_way_plan(), style),
    "plan-offline": lambda style: text.plan(offline_plan(), style),
    "plan-empty": lambda style: text.plan(empty_plan(), style),
    "report-mixed": lambda style: text.report(mixed_report(), style),
    "problems": lambda style: text.problems(problems(), style),
    "diagnosis": lambda style: text.diagnosis(diagnosis(), style),
    "history": lambda style: text.runs(pasts(), UNREAD, style),
    "history-run": lambda style: text.run(past(), style),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_view_is_its_golden_file(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"{name}.txt", SHOWN[name](PLAIN))


@pytest.mark.parametrize("name", SHOWN)
def test_a_view_in_colour_is_its_golden_file(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"{name}.colour.txt", SHOWN[name](COLOUR))


@pytest.mark.parametrize("name", SHOWN)
def test_colour_adds_nothing_but_colour(name: str) -> None:
    assert SGR.sub("", SHOWN[name](COLOUR)) == SHOWN[name](PLAIN)


@pytest.mark.parametrize("width", [40, 60, 80, 132])
def test_prose_and_lists_stay_within_the_width(width: int) -> None:
    shown = text.plan(full_plan(), Style(width=width)).splitlines()
    folded = [line for line in shown[1:] if line.startswith("      ") and "manifests/" not in line]
    assert folded
    assert [line for line in folded if columns(line) > max(width, 60)] == []


def test_width_zero_folds_nothing() -> None:
    shown = text.plan(full_plan(), Style(width=0))
    assert "! risky: the data type changes from STRING to DATE; stored values stay as they are\n" in shown


@pytest.mark.parametrize(
    ("plan", "first"),
    [
        (empty_plan(), "no changes. Live matches the manifests."),
        (UNLISTED_ONLY, "no changes. Live matches the manifests; 1 unlisted."),
        (DRIFT_ONLY, "no changes; 2 unlisted, 1 of them drift."),
        (NARROWED, "no changes. Live matches the selected manifests."),
        (BLOCKED_ONLY, "0 to create, 0 to update, 0 to delete; 1 blocked"),
    ],
    ids=["empty", "unlisted", "drift", "narrowed", "blocked"],
)
def test_the_first_line_tells_the_verdict(plan: Plan, first: str) -> None:
    shown = text.plan(plan, PLAIN).splitlines()
    assert shown[0] == f"production (ACME at https://api.na4.livevox.com): {first}"
    assert shown[-1] == "fingerprint " + "3f9a1c0b52de".ljust(64, "0")


def test_a_tenant_without_a_client_is_its_address() -> None:
    plan = replace(empty_plan(), environment="emulator", tenant=Tenant("emulator:", None))
    assert text.plan(plan, PLAIN).startswith("emulator (emulator:): no changes.")


def test_a_delete_of_an_exclusive_kind_shows_its_live_id_in_place_of_an_address() -> None:
    plan = replace(empty_plan(), changes=(replace(LEGACY, address=None, in_use=None),))
    assert '  - account_type/#193  "Legacy 2019"  (id 193)  ' in text.plan(plan, PLAIN)


def test_two_spellings_of_an_accent_are_told_apart() -> None:
    shown = text.plan(update("Caf\u00e9", "Cafe\u0301"), PLAIN)
    assert r'name: "Caf\xe9" -> "Cafe\u0301"' in shown


def test_names_from_right_to_left_do_not_swap_before_and_after() -> None:
    shown = text.plan(update("\u05d0\u05d1", "\u05d2\u05d3"), PLAIN)
    assert '      name: "\u05d0\u05d1"\n         -> "\u05d2\u05d3"\n' in shown


def test_long_values_stand_below_each_other() -> None:
    old, new = "Old " * 12, "New " * 12
    shown = text.plan(update(old.strip(), new.strip()), PLAIN)
    assert f'      name: "{old.strip()}"\n         -> "{new.strip()}"\n' in shown


def test_a_value_can_be_a_list_of_nothing_or_become_nothing() -> None:
    fields = (FieldChange("list_values", (), None), FieldChange("level", 3, 4))
    shown = text.plan(replace(empty_plan(), changes=(replace(BOA, fields=fields),)), PLAIN)
    assert "      list_values: [] -> (none)\n      level:       3 -> 4\n" in shown


def test_a_kind_of_a_later_version_is_shown_by_its_name_after_the_others() -> None:
    changes = (replace(EARLY, kind="queue"), EARLY)
    shown = text.plan(replace(empty_plan(), changes=changes), PLAIN)
    assert shown.index("Contact groups") < shown.index("\nqueue\n")


def test_an_apply_that_converged_says_so_and_gives_no_advice() -> None:
    assert text.report(ALL_DONE, PLAIN) == (
        "production (ACME at https://api.na4.livevox.com): "
        "0 done, 0 failed, 0 skipped, 0 stale, 0 unknown\n"
        "Live equals the manifests.\n\n"
        "run 20250311T091502Z-4d1f, journal .lvstate/runs/20250311T091502Z-4d1f.jsonl\n"
    )


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (replace(ALL_DONE, converged=None), "Not read back: run plan"),
        (replace(ALL_DONE, converged=False), "Still different: run plan again"),
        (
            replace(ALL_DONE, outcomes=(Outcome(EARLY, Status.SKIPPED),), interrupted=True),
            "Interrupted: what was under way was finished, the rest was not sent.",
        ),
        (
            replace(ALL_DONE, outcomes=(Outcome(EARLY, Status.DONE),), interrupted=True),
            "Interrupted: what was under way was finished, and nothing was left to send.",
        ),
        (
            replace(ALL_DONE, outcomes=(Outcome(EARLY, Status.FAILED, forbidden=True),), converged=False),
            "Not permitted: use credentials whose role may do this",
        ),
    ],
    ids=["not-read-back", "not-converged", "interrupted", "interrupted-at-the-end", "forbidden"],
)
def test_every_bad_end_says_what_to_do_next(report: Report, said: str) -> None:
    assert said in text.report(report, PLAIN)


@pytest.mark.parametrize(
    ("found", "last"),
    [
        ([], "Valid: no problems."),
        (problems()[5:6], "Valid: 1 warning."),
        (problems()[:1], "Invalid: 1 error."),
        (problems(), "Invalid: 6 errors, 1 warning."),
    ],
    ids=["nothing", "a-warning", "an-error", "both"],
)
def test_the_last_line_counts_the_problems(found: list[Problem], last: str) -> None:
    assert text.problems(found, PLAIN).splitlines()[-1] == last


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", [0, 20, 80])
@given(line=st.text(st.characters(exclude_characters="\n\r"), max_size=200), column=st.integers(1, 220))
@settings(max_examples=60)
def test_the_caret_stands_under_the_character(line: str, column: int, width: int, colour: bool) -> None:
    problem = Problem(Severity.ERROR, "x", "x", None, Source("f", 1, column), line)
    shown = SGR.sub("", text.problems([problem], Style(colour, width))).split("\n")
    excerpt, caret = shown[1], shown[2]
    assert caret.endswith("^")
    assert caret.count("^") == 1
    if width:
        assert columns(caret) <= max(width, 30)
        assert columns(excerpt) <= max(width, 30) + 8  # one piece may be an escape of ten columns
    before = line[: column - 1]
    if column <= len(line) and line.isascii() and line.isprintable() and not width:
        assert excerpt[len(caret) - 1 :].startswith(line[column - 1].rstrip())
        assert len(caret) - 1 == len("    1 | ") + len(before)


@pytest.mark.parametrize(
    ("line", "column", "shown", "caret"),
    [
        ("\ta", 2, "    a", 4),
        ("ab\tc", 4, "ab  c", 4),
        ("\u8fd1b", 2, "\u8fd1b", 2),
        ("e\u0301b", 2, "e\u0301b", 0),
        ("\x1bb", 2, r"\x1bb", 4),
        ("a\ufe0fb", 3, r"a\ufe0fb", 7),
        ("ab", 9, "ab", 2),
    ],
    ids=["tab", "tab-stop", "wide", "mark", "escape", "selector", "behind-the-end"],
)
def test_the_caret_counts_what_is_drawn(line: str, column: int, shown: str, caret: int) -> None:
    problem = Problem(Severity.ERROR, "x", "x", None, Source("f", 1, column), line)
    assert text.problems([problem], PLAIN).splitlines()[1:3] == [
        f"    1 | {shown}",
        f"      | {' ' * caret}^",
    ]


def test_an_error_says_what_to_do() -> None:
    error = AuthError("no credentials for ACME", hint="set LVSTATE_ACCESS_TOKEN")
    assert text.error(error, PLAIN) == "error: no credentials for ACME\nhint: set LVSTATE_ACCESS_TOKEN\n"
    assert text.error(LvstateError("it failed"), PLAIN) == "error: it failed\n"


def test_an_error_about_files_shows_the_places_first() -> None:
    error = InvalidInput("the manifests are invalid", problems=problems()[:1])
    shown = text.error(error, PLAIN).splitlines()
    assert shown[0] == 'manifests/groups.yaml:6:5: error: unknown key "nmae" [unknown-key]'
    assert shown[-1] == "Invalid: 1 error."


def tame(shown: str) -> bool:
    """Whether nothing but letters, marks, signs and our own line ends is in a text."""
    return all(
        char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in shown
    )


@given(plans)
@example(replace(empty_plan(), warnings=(Warning("", "~ contact_group/early"),)))
def test_no_plan_can_move_the_cursor_or_forge_a_line(plan: Plan) -> None:
    shown = text.plan(plan, PLAIN)
    assert tame(shown)
    assert tame(SGR.sub("", text.plan(plan, COLOUR)))
    shown_blocks = [line for line in shown.split("\n") if re.match(r"  [-+~!] ", line)]
    assert len(shown_blocks) == len(plan.changes) + len(plan.blocked)


@given(
    plans, texts, st.lists(texts, max_size=2), st.sampled_from(Status), st.sampled_from([None, True, False])
)
def test_no_report_can_move_the_cursor(
    plan: Plan, error: str, remaining: list[str], status: Status, converged: bool | None
) -> None:
    outcomes = tuple(Outcome(change, status, error=error) for change in plan.changes)
    report = Report(plan, error, outcomes, converged, tuple(remaining))
    assert tame(text.report(report, PLAIN))


@given(texts, texts, texts, sources, texts)
def test_no_problem_can_move_the_cursor(
    code: str, message: str, hint: str, source: Source, excerpt: str
) -> None:
    problem = Problem(Severity.WARNING, code, message, hint, source, excerpt)
    assert tame(text.problems([problem], PLAIN))
    assert tame(text.error(InvalidInput(message, hint=hint, problems=[problem]), PLAIN))


def test_a_slot_does_not_repeat_itself_as_an_id() -> None:
    change = next(c for c in full_plan().changes if isinstance(c, Update) and c.address == "COL1")
    assert "(id COL1)" not in text.plan(replace(empty_plan(), changes=(change,)), PLAIN)
