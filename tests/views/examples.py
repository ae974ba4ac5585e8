"""One plan, one report and some problems that show everything a view can show."""

from __future__ import annotations

from datetime import UTC, datetime

from lvstate.errors import Exit
from lvstate.model.change import Blocked, Create, Delete, FieldChange, Plan, Unlisted, Update, Usage, Warning
from lvstate.model.diagnosis import Check, Diagnosis, Health
from lvstate.model.history import LeftOut, Origin, PastRun, Resolution, Step, Unread, Verdict
from lvstate.model.problem import Problem, Severity, Source
from lvstate.model.project import Commit, Pattern, Selection
from lvstate.model.report import Outcome, Report, Status
from lvstate.model.tenant import Tenant
from tests.replacing import replace

SENT = datetime(2025, 3, 11, 9, 15, 2, 250_000, tzinfo=UTC)
FINGERPRINT = "sha256:" + "3f9a1c0b52de" + "0" * 52
PRODUCTION = Tenant("https://api.na4.livevox.com", "ACME")
GROUPS, FIELDS, TYPES = "manifests/groups.yaml", "manifests/fields.yaml", "manifests/types.yaml"

EARLY = Create(
    "contact_group",
    "early-stage",
    "Early Stage 1-30",
    (FieldChange("name", None, "Early Stage 1-30"),),
    source=Source(GROUPS, 4, 3),
)
BOA = Update(
    "contact_group",
    "client-boa",
    "Client BOA",
    2201,
    (FieldChange("name", "Client Bank of America", "Client BOA"),),
    expected={"name": "Client Bank of America"},
    source=Source(GROUPS, 5, 3),
)
COL1 = Update(
    "custom_field",
    "COL1",
    "Promise Date",
    "COL1",
    (FieldChange("label", "Colour", "Promise Date"), FieldChange("data_type", "STRING", "DATE")),
    expected={"label": "Colour", "data_type": "STRING"},
    source=Source(FIELDS, 2, 3),
    notes=(
        "risky: the data type changes from STRING to DATE; stored values stay as they are",
        'risky: the new label has no word in common with "Colour"; stored values will appear under it',
    ),
)
COL30 = Update(
    "custom_field",
    "COL30",
    "Colour",
    "COL30",
    (
        FieldChange("label", None, "Colour"),
        FieldChange("data_type", None, "LIST"),
        FieldChange(
            "list_values",
            None,
            ("blue", "green", "red", "yellow", "ultramarine", "burnt sienna", "cobalt", "viridian"),
        ),
    ),
    source=Source(FIELDS, 3, 3),
)
HOSPITAL = Create(
    "account_type",
    "hospital",
    "Hospital",
    (FieldChange("name", None, "Hospital"), FieldChange("level", None, 1)),
    source=Source(TYPES, 9, 3),
    origin="manifest",
    notes=("the level is set by a second request",),
)
LEGACY = Delete(
    "account_type",
    "legacy",
    "Legacy 2019",
    193,
    (FieldChange("name", "Legacy 2019", None), FieldChange("level", 7, None)),
    in_use=Usage(0),
    source=Source("manifests/removed.yaml", 4, 5),
)
DELINQUENT = Blocked(
    "account_type",
    "delinquent",
    "Delinquent",
    "delete",
    "in-use",
    "12 accounts use it",
    hint="move the accounts first, or write in_use: allow at the entry",
    live_ids=(181,),
    in_use=Usage(12),
    source=Source("manifests/removed.yaml", 5, 5),
)
TWINS = Blocked(
    "contact_group",
    "client-twins",
    "Client Twins",
    None,
    "ambiguous-name",
    "the name occurs 3 times live, so lvstate cannot tell which object is meant",
    hint="pin one of them with id",
    live_ids=(2301, 2302, 2417),
    source=Source(GROUPS, 8, 3),
)


def full_plan() -> Plan:
    """A plan with something of everything."""
    return Plan(
        tenant=PRODUCTION,
        environment="production",
        changes=(EARLY, BOA, COL1, COL30, HOSPITAL, LEGACY),
        blocked=(TWINS, DELINQUENT),
        unlisted=(
            Unlisted("account_type", "Dental", 188, drift=True),
            *(Unlisted("contact_group", f"tmp {number}", 3000 + number) for number in range(1, 13)),
            Unlisted("custom_field", "Agreed Amount", "COL7"),
        ),
        warnings=(
            Warning("empty-file", "manifests/later.yaml declares nothing"),
            Warning(
                "previous-name-lives",
                'both "Client BOA" and its previous name "Client BofA" live; the name wins',
                "contact_group/client-boa",
            ),
        ),
        fingerprint=FINGERPRINT,
        selection=Selection((Pattern("*", "*"),), (Pattern("contact_group", "tmp-*"),)),
    )


def three_way_plan() -> Plan:
    """A plan against a base: every origin, and things to paste."""
    return Plan(
        tenant=PRODUCTION,
        environment="production",
        changes=(
            replace(EARLY, origin="manifest"),
            replace(BOA, origin="drift", fields=(replace(BOA.fields[0], origin="drift"),)),
            replace(
                COL1,
                origin="both",
                notes=(),
                fields=(replace(COL1.fields[0], origin="both"), replace(COL1.fields[1], origin="drift")),
            ),
        ),
        blocked=(
            Blocked(
                "contact_group",
                "late",
                "Late 31+",
                "create",
                "renamed-without-trace",
                "its name changed since the base",
                hint="add the line below",
                live_ids=(7,),
                suggestion='previous_names: ["Late \x1b[2J"]',
            ),
        ),
        unlisted=(),
        warnings=(
            Warning(
                "no-longer-declared",
                "to delete it, add this entry",
                "account_type/old",
                "removed:\n  account_types:",
            ),
        ),
        fingerprint=FINGERPRINT,
        base=Commit("origin/main", "1a2b3c4" + "0" * 33),
    )


def offline_plan() -> Plan:
    """A plan for which live was not read."""
    base = Commit("1a2b3c4" + "0" * 33, "1a2b3c4" + "0" * 33)
    change = replace(BOA, live_id=None, origin="manifest")
    return Plan(PRODUCTION, "production", (change,), (), (), (), FINGERPRINT, base=base, offline=True)


def empty_plan() -> Plan:
    """A plan of a tenant that is as declared."""
    return Plan(PRODUCTION, "production", (), (), (), (), FINGERPRINT)


def mixed_report() -> Report:
    """A report in which every status occurs."""
    return Report(
        plan=full_plan(),
        run_id="20250311T091502Z-4d1f",
        outcomes=(
            Outcome(EARLY, Status.DONE, 4711, written=True),
            Outcome(BOA, Status.STALE),
            Outcome(COL1, Status.FAILED, error="COL1: 400 Bad Request (203): the label is not valid"),
            Outcome(COL30, Status.DONE, written=True),
            Outcome(HOSPITAL, Status.UNKNOWN, error="no answer within 30 s, and no listing showed it since"),
            Outcome(LEGACY, Status.SKIPPED, error="deletes do not follow a failure"),
        ),
        converged=False,
        remaining=('contact_group/client-boa: name is "Client B of A"', "account_type/hospital is not live"),
    )


def past() -> PastRun:
    """A run of the past in which every way to end occurs, some of them in a later run."""
    steps = [
        Step(
            "contact_group/early:create", "contact_group", "early", "create", "Early", (), 4711, SENT, tries=1
        ),
        Step(
            "contact_group/boa:update", "contact_group", "boa", "update", "Client BOA", BOA.fields, 2201, SENT
        ),
        Step(
            "custom_field/COL1:update", "custom_field", "COL1", "update", "Promise Date", COL1.fields, "COL1"
        ),
        Step("account_type/legacy:delete", "account_type", "legacy", "delete", "Legacy", LEGACY.fields, 193),
        Step(
            "account_type/x:create", "account_type", "x", "create", "x\x1b[2J\u202e", (), None, SENT, tries=1
        ),
        Step("account_type/late:create", "account_type", "late", "create"),
    ]
    early, boa, col1, legacy, hostile, _ = steps
    early.status, early.fields = Status.DONE, EARLY.fields
    boa.tries, boa.status, boa.unanswered_reason = 2, Status.UNKNOWN, "reset by peer"
    boa.resolution = Resolution(
        "20250312T080000Z-77", Verdict.NOT_DONE, "contact group 2201 is as it was before"
    )
    col1.status, col1.error = Status.FAILED, "status 400: the label is not valid"
    legacy.status, legacy.error = (
        Status.SKIPPED,
        "nothing is deleted after custom_field/COL1:update is failed",
    )
    hostile.unanswered_reason = "::error::\x1b[2J"
    return PastRun(
        "20250311T091502Z-4d1f",
        tenant=PRODUCTION,
        environment="production",
        fingerprint=FINGERPRINT,
        origin=Origin("0.1.0", "5f1c0de" + "0" * 33, True, "octo\x1b[2Jcat", "runner", "ci-7"),
        start=SENT,
        steps={step.change: step for step in steps},
        left_out=(LeftOut("contact_group", "client-twins", "Client Twins", "ambiguous-name"),),
        remaining=("contact_group/client-boa: its name",),
        resolved=[
            (
                "20250310T080000Z-11",
                "account_type/a:create",
                Resolution("", Verdict.UNCLEAR, "account types 4, 5 have this name and are new since"),
            ),
            ("20250309T080000Z-10", None, Resolution("", Verdict.UNCLEAR, "line 3 is not as it was written")),
        ],
        fault="line 9 is not as it was written (its sum is not right); nothing from there on is read",
    )


def pasts() -> list[PastRun]:
    """Two runs, newest first: one of everything and one of nothing."""
    return [past(), PastRun("20250301T000000Z-00")]


UNREAD = (Unread("20250302T000000Z-01.jsonl", "it is a symbolic link"),)


def problems() -> list[Problem]:
    """Problems of every look."""
    error, warning = Severity.ERROR, Severity.WARNING
    return [
        Problem(
            error,
            "unknown-key",
            'unknown key "nmae"',
            'did you mean "name"?',
            Source(GROUPS, 6, 5),
            "    nmae: Client BOA",
        ),
        Problem(
            error,
            "tab",
            "a tab cannot indent YAML",
            "use spaces",
            Source(GROUPS, 12, 3),
            "\t\tname: x",
        ),
        Problem(
            error,
            "bad-name",
            "the name has a control character: a\x1b[2Jb",
            None,
            Source(TYPES, 3, 16),
            "  a: {name: \u8fd1\u6240 \x1b[2J, e\u0301: 1}",
        ),
        Problem(
            error,
            "long",
            "a long line is shown around its fault",
            "fold the line",
            Source(FIELDS, 7, 120),
            "  COL9: {label: L, list_values: ["
            + ", ".join(f"value{number:02}" for number in range(40))
            + "]}",
        ),
        Problem(
            error,
            "end",
            "the file ends inside a list",
            None,
            Source(FIELDS, 8, 12),
            "  COL10: [a",
        ),
        Problem(
            warning, "empty-file", "the file declares nothing", None, Source("manifests/later.yaml", 1, 1)
        ),
        Problem(error, "no-manifests", "no manifest file was found in manifests/"),
    ]


def diagnosis() -> Diagnosis:
    """One check of each health; a message of the service that would like to be more than text."""
    return Diagnosis(
        (
            Check("url", Health.OK, "https://api.na4.livevox.com"),
            Check("login", Health.WARN, "ann of ACME; 3 days", "change the password in time"),
            Check("account_types", Health.FAIL, "status 500: \x1b[2J\u202e", "try later", Exit.FAILED),
            Check("role", Health.SKIPPED, "skipped: not everything could be listed"),
        )
    )
