"""Results in which one text stands at every place where somebody else's text can stand."""

from __future__ import annotations

from lvstate.errors import Exit, InvalidInput, ServiceError
from lvstate.kinds import kind_named
from lvstate.kinds.kind import Kind
from lvstate.model.change import Blocked, Create, Delete, FieldChange, Plan, Unlisted, Update, Usage, Warning
from lvstate.model.diagnosis import Check, Diagnosis, Health
from lvstate.model.problem import Problem, Severity, Source
from lvstate.model.project import Commit, Pattern, Selection
from lvstate.model.report import Outcome, Report, Status
from lvstate.model.resource import Declared, Live, Removal
from lvstate.model.tenant import Tenant

FINGERPRINT = "sha256:" + "0123456789abcdef" * 4

PLAN_POSITIONS = (
    "environment",
    "tenant url",
    "tenant client",
    "selection",
    "manifest name",
    "address",
    "manifest file",
    "live name",
    "new name",
    "field that both sides moved",
    "label before",
    "label after",
    "list value before",
    "list value after",
    "slot",
    "note",
    "risk",
    "kind of a later version",
    "field of a later version",
    "removed address",
    "removed name",
    "blocked address",
    "blocked name",
    "blocked reason",
    "blocked hint",
    "blocked code",
    "unlisted name",
    "unlisted drift name",
    "unlisted slot",
    "warning code",
    "warning message",
    "warning address",
    "warning suggestion",
    "blocked suggestion",
    "base",
    "allowed address",
)
REPORT_POSITIONS = (
    "outcome error",
    "what remains",
    "run id",
    "outcome name",
    "outcome address",
    "blocked reason",
)
PROBLEM_POSITIONS = ("message", "hint", "code", "file", "excerpt")
ERROR_POSITIONS = ("message of the service", "hint")
EXPORT_POSITIONS = ("group", "label", "list value", "classification", "account type")
DIAGNOSIS_POSITIONS = ("message", "hint")


def plan(word: str) -> Plan:
    """A plan with the word at every place of PLAN_POSITIONS."""
    here = Source(word, 3, 5)
    elsewhere = Source("m.yaml", 9, 1)
    return Plan(
        tenant=Tenant(word, word),
        environment=word,
        changes=(
            Create(
                "contact_group", word, word, (FieldChange("name", None, word),), source=here, notes=(word,)
            ),
            Update("contact_group", "b", "New", 2, (FieldChange("name", word, "New"),), source=elsewhere),
            Update("contact_group", "c", word, 3, (FieldChange("name", "Old", word),), source=elsewhere),
            Update(
                "custom_field",
                "COL1",
                word,
                word,
                (
                    FieldChange("label", word, word),
                    FieldChange("list_values", ("a", word), (word, "b")),
                ),
                source=elsewhere,
                notes=(f"risky: {word}",),
                origin="drift",
            ),
            Update(
                "custom_field",
                "COL2",
                "Due",
                "COL2",
                (FieldChange("label", "a", "Due", "manifest"), FieldChange(word, "b", "c", "drift")),
                origin="both",
            ),
            Create(word, "d", word, (FieldChange(word, None, word),)),
            Delete("account_type", word, word, 4, (FieldChange("name", word, None),), Usage(0), source=here),
        ),
        blocked=(
            Blocked(
                "account_type",
                word,
                word,
                "delete",
                word,
                word,
                word,
                (5, 6),
                Usage(7),
                source=here,
                suggestion=f"previous_names: [{word}]\n{word}",
            ),
        ),
        unlisted=(
            Unlisted("contact_group", word, 8),
            Unlisted("account_type", word, 9, drift=True),
            Unlisted("custom_field", word, word, drift=True),
        ),
        warnings=(Warning(word, word, word, f"removed:\n  account_types:\n    {word}: x"),),
        fingerprint=FINGERPRINT,
        selection=Selection((Pattern("*", "*"), Pattern("contact_group", word)), ()),
        base=Commit(word, "1a2b3c4" + "0" * 33),
        allow_create=(word, f"contact_group/{word}"),
    )


def declared(word: str) -> tuple[Declared | Removal, ...]:
    """What the manifests of that plan hold, and one entry that is as declared."""
    here = Source(word, 3, 5)
    return (
        Declared("contact_group", word, {"name": word}, here),
        Declared("contact_group", "same", {"name": "Same"}, Source("m.yaml", 1, 1)),
        Removal("account_type", word, here, name=word),
    )


def report(word: str) -> Report:
    """A report with the word at every place of REPORT_POSITIONS."""
    change = Update("contact_group", word, word, 2, (FieldChange("name", "a", word),))
    return Report(
        plan=Plan(
            tenant=Tenant("https://api.livevox.com", "ACME"),
            environment="production",
            changes=(change,),
            blocked=(Blocked("account_type", "a", "A", "delete", "in-use", word),),
            unlisted=(),
            warnings=(),
            fingerprint=FINGERPRINT,
        ),
        run_id=word,
        outcomes=(Outcome(change, Status.FAILED, error=word), Outcome(change, Status.UNKNOWN, error=word)),
        converged=False,
        remaining=(word,),
    )


def problems(word: str) -> list[Problem]:
    """Problems with the word at every place of PROBLEM_POSITIONS."""
    return [
        Problem(Severity.ERROR, word, word, word, Source(word, 3, 5), f"  a: {word}"),
        Problem(Severity.WARNING, "tab", word),
    ]


def failure(word: str) -> ServiceError:
    """A message that the service sent, as an error."""
    return ServiceError(word, hint=word)


def invalid(word: str) -> InvalidInput:
    """An error that carries problems."""
    return InvalidInput("invalid", problems=problems(word))


def live(word: str) -> dict[Kind, tuple[Live, ...]]:
    """A tenant with the word at every place of EXPORT_POSITIONS."""

    def of(kind: str, live_id: int | str, **fields: str | int | tuple[str, ...]) -> Live:
        return Live(kind, live_id, fields)

    return {
        kind_named("contact_group"): (
            of("contact_group", 1, name=word),
            of("contact_group", 2, name="Beside"),
        ),
        kind_named("custom_field"): (
            of("custom_field", "COL1", label=word, data_type="STRING"),
            of("custom_field", "COL2", label="L", data_type="LIST", list_values=("a", word)),
        ),
        kind_named("account_classification"): (of("account_classification", 3, name=word, level=1),),
        kind_named("account_type"): (of("account_type", 4, name=word, level=1),),
    }


def diagnosis(word: str) -> Diagnosis:
    """Checks with the word at every place of DIAGNOSIS_POSITIONS."""
    return Diagnosis((Check("login", Health.FAIL, word, word, Exit.FAILED),))
