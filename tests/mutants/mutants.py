"""The planted bugs: each a small patch of the package, and the tests that have to notice it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    """One bug: `old`, which stands exactly once in all that `file` matches, becomes `new`; one of `tests` has to fail then.

    `simulated` says that the simulation of whole histories has to notice it as well.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    simulated: bool = False


SESSION, VERDICT, LISTING = "client/session.py", "client/verdict.py", "client/listing.py"
REMOTE, PACING, UNANSWERED = "client/remote.py", "client/pacing.py", "client/unanswered.py"
CREATING, SENDING, UPDATING = "engine/creating.py", "engine/sending.py", "engine/updating.py"
DELETING, APPLIER, GUARDS = "engine/deleting.py", "engine/applier.py", "engine/guards.py"

WRITES, APPLYING = ("tests/client/test_writes.py",), ("tests/engine/test_applying.py",)
JOURNALLED = ("tests/engine/test_journal_and_interrupt.py",)
LISTED, GUARDED = ("tests/client/test_listing.py",), ("tests/engine/test_guards.py",)
NEVER = "if False:"

MUTANTS = (
    Mutant(
        "a create is sent again after a reset",
        SESSION,
        "            elif verdict.flavour is Flavour.UNSENT:\n                again",
        "            elif verdict.flavour in (Flavour.UNSENT, Flavour.BROKEN):\n                again",
        WRITES,
        simulated=True,
    ),
    Mutant(
        "a write is sent again after 503",
        SESSION,
        "            if verdict.flavour is Flavour.BUSY:\n                again",
        "            if verdict.flavour in (Flavour.BUSY, Flavour.UNAVAILABLE):\n                again",
        WRITES,
        simulated=True,
    ),
    Mutant(
        "an unanswered create is sent again when the listing does not show it",
        CREATING,
        "        if settled.live_id is None:\n",
        "        if settled.live_id is None and isinstance(\n"
        "            again := await run.writer.create(kind, first), Done\n"
        "        ):\n"
        "            settled = type(settled)(again.id)\n"
        "        if settled.live_id is None:\n",
        APPLYING,
        simulated=True,
    ),
    Mutant(
        "a create is adopted by its name alone, without the ids seen before",
        "engine/settle.py",
        "o.id not in seen and ",
        "",
        APPLYING,
    ),
    Mutant(
        "an id that lived before passes for a new object's",
        CREATING,
        "attempt.id in run.seen[kind.name]",
        "attempt.id in ()",
        APPLYING,
    ),
    Mutant(
        "an update is journalled after it was sent",
        UPDATING,
        "    if unwritable := await run.intend(change):\n        refused",
        "    early = await run.writer.update(kind, [(change.live_id, after_of(change))])\n"
        "    if isinstance(early, Unknown):\n"
        "        return await run.ended(written(change, early))\n"
        "    if unwritable := await run.intend(change):\n        refused",
        JOURNALLED,
        simulated=True,
    ),
    Mutant(
        "a create is sent although its intent could not be journalled",
        CREATING,
        "    if unwritable := await run.intend(change):\n        return",
        "    if (unwritable := await run.intend(change)) and not run.settle:\n        return",
        JOURNALLED,
        simulated=True,
    ),
    Mutant(
        "the journal is not flushed to disk",
        "driver/journal.py",
        " | os.O_DSYNC\n",
        "\n",
        ("tests/driver/test_journal.py",),
    ),
    Mutant(
        "nothing is read again before it is written",
        SENDING,
        "    if isinstance(change, Update):\n        expected: Fields",
        "    return None\n    if isinstance(change, Update):\n        expected: Fields",
        APPLYING,
        simulated=True,
    ),
    Mutant(
        "only the first field is compared before a write",
        SENDING,
        "    for name, value in expected.items():\n        now",
        "    for name, value in list(expected.items())[:1]:\n        now",
        APPLYING,
        simulated=True,
    ),
    Mutant(
        "a lost update is sent again without a look",
        SENDING,
        "        found = await find_out(run, change, live_id, before, after, lost)\n",
        "        found = None\n",
        APPLYING,
    ),
    Mutant(
        "a listing refused with 403 is an empty one",
        REMOTE,
        '        except LvstateError as error:\n            raise _about(f"reading the {kind.noun}s"',
        "        except LvstateError as error:\n"
        "            if isinstance(error, AuthError):\n"
        "                return ()\n"
        '            raise _about(f"reading the {kind.noun}s"',
        LISTED,
        simulated=True,
    ),
    Mutant(
        "a listing that is a web page is an empty one",
        REMOTE,
        '        except LvstateError as error:\n            raise _about(f"reading the {kind.noun}s"',
        "        except LvstateError as error:\n"
        '            if "not from the API" in error.message:\n'
        "                return ()\n"
        '            raise _about(f"reading the {kind.noun}s"',
        LISTED,
    ),
    Mutant(
        "a listing ends with its first short page",
        LISTING,
        "len(page.objects) < PAGE_SIZE and not page.more",
        "len(page.objects) < PAGE_SIZE",
        LISTED,
        simulated=True,
    ),
    Mutant(
        "a listing ends where `next` is missing",
        LISTING,
        "len(page.objects) < PAGE_SIZE and not page.more",
        "not page.more",
        LISTED,
    ),
    Mutant(
        "pages need not agree on the object that they share",
        LISTING,
        "if not page.objects or page.objects[0].id != objects[-1].id:",
        "if not page.objects:",
        LISTED,
        simulated=True,
    ),
    Mutant(
        "pages start one object too late",
        LISTING,
        "[await page(before - 1)]",
        "[await page(before)]",
        LISTED,
        simulated=True,
    ),
    Mutant(
        "more than 1000 objects a page are asked for",
        "wire/messages.py",
        "PAGE_SIZE = 1000",
        "PAGE_SIZE = 5000",
        ("tests/client/test_listing.py", "tests/wire/test_requests.py"),
    ),
    Mutant(
        "an update carries fields that nobody declared",
        UPDATING,
        "    values = after_of(change)\n",
        "    values = {**(live.fields if live else {}), **after_of(change)}\n",
        APPLYING,
        simulated=True,
    ),
    Mutant(
        "deletes come first",
        APPLIER,
        "    groups: list[list[Outcome]] = await Gather(",
        "    for early in plan.changes:\n"
        "        if isinstance(early, Delete):\n"
        "            await _delete(watched, early, None)\n"
        "    groups: list[list[Outcome]] = await Gather(",
        APPLYING,
        simulated=True,
    ),
    Mutant(
        "deletes go on after a failure",
        APPLIER,
        "    bad = next((o for o in outcomes.values() if o.status is not Status.DONE), None)",
        "    bad: Outcome | None = None",
        APPLYING,
        simulated=True,
    ),
    Mutant(
        "a delete answered 404 is a failure",
        DELETING,
        "        if isinstance(attempt, NotDone) and attempt.cause is Cause.GONE:",
        f"        {NEVER}",
        APPLYING,
    ),
    Mutant(
        "a level is only sent as part of the create",
        "kinds/account_type.py",
        'create_fields=frozenset({"name"}),',
        'create_fields=frozenset({"name", "level"}),',
        ("tests/kinds/test_kinds.py", "tests/wire/test_requests.py"),
        simulated=True,
    ),
    Mutant(
        "a new session may belong to another tenant",
        "client/*.py",
        'raise AuthError("the new session belongs to another client than the one before")',
        "pass",
        ("tests/client/test_session.py",),
    ),
    Mutant(
        "a refused login is tried again",
        "client/*.py",
        "            if verdict.flavour in (Flavour.UNAUTHENTICATED, Flavour.FORBIDDEN):\n                raise",
        "            if attempt > 3:\n                raise",
        ("tests/client/test_session.py",),
    ),
    Mutant(
        "Retry-After is not obeyed",
        PACING,
        "wait = max(asked or 0.0, self._backoff(attempt))",
        "wait = self._backoff(attempt)",
        ("tests/client/test_pacing.py",),
        simulated=True,
    ),
    Mutant(
        "retries have no budget",
        PACING,
        "        self.retries_left -= 1\n        asked",
        "        asked",
        ("tests/client/test_pacing.py",),
    ),
    Mutant(
        "exit 0 although something is unknown",
        "cli/commands/apply.py",
        "if outcome.status is not Status.DONE]",
        "if outcome.status not in (Status.DONE, Status.UNKNOWN)]",
        ("tests/simulation/test_findings.py",),
    ),
    Mutant(
        "every apply has converged",
        APPLIER,
        "converged = None if remaining is None else not remaining and not plan.blocked",
        "converged = True",
        APPLYING,
    ),
    Mutant(
        "a 500 means that nothing happened",
        VERDICT,
        "        case _:\n            return Certainty.UNKNOWN, Flavour.BROKEN",
        "        case _:\n            return Certainty.NOT_DONE, Flavour.REFUSED",
        ("tests/client/test_verdict.py",),
        simulated=True,
    ),
    Mutant(
        "a time-out means that nothing was sent",
        UNANSWERED,
        "SILENT = HttpFault(Stage.MAYBE_SENT",
        "SILENT = HttpFault(Stage.NOT_SENT",
        ("tests/client/test_broken_exchanges.py",),
    ),
    Mutant(
        "a connection that was cut at the deadline has sent nothing",
        UNANSWERED,
        "TOO_LATE = HttpFault(Stage.MAYBE_SENT",
        "TOO_LATE = HttpFault(Stage.NOT_SENT",
        ("tests/client/test_broken_exchanges.py",),
    ),
    Mutant(
        "an answer that broke off has sent nothing",
        UNANSWERED,
        "BROKE_OFF = HttpFault(Stage.MAYBE_SENT",
        "BROKE_OFF = HttpFault(Stage.NOT_SENT",
        ("tests/client/test_broken_exchanges.py",),
    ),
    Mutant(
        "a connection that ended while it was idle is used again",
        "client/connection.py",
        "        if self.sock is not None and _said_something(self.sock):",
        "        if False:",
        ("tests/client/test_transport.py",),
    ),
    Mutant(
        "the rest of an answer that was given up begins the next one",
        "client/direct.py",
        "            kept = response.isclosed()",
        "            kept = True",
        ("tests/client/test_transport.py",),
    ),
    Mutant(
        "redirects are followed",
        "client/proxied.py",
        "with self._adapter().send(",
        "with requests.Session().send(",
        ("tests/client/test_transport.py",),
    ),
    Mutant(
        "a secret shows in tracebacks",
        "client/secrets.py",
        '        """Show nothing."""\n        return _STARS',
        '        """Show nothing."""\n        return self._text',
        ("tests/client/test_credentials.py", "tests/client/test_session.py"),
    ),
    Mutant(
        "what the service repeats of a secret is shown",
        "client/secrets.py",
        "        for spelled in self._spelled:\n            if",
        "        for spelled in ():\n            if",
        ("tests/client/test_session.py", "tests/client/test_writes.py"),
        simulated=True,
    ),
    Mutant(
        "live names are found in any case",
        "engine/identity.py",
        "found = self._by_name.get(name, ())",
        "found = [o for o in self.objects if self.kind.live_name(o).lower() == name.lower()]",
        ("tests/engine/test_identity.py",),
    ),
    Mutant(
        "a name that lives twice is bound to the first",
        "engine/identity.py",
        "        if len(found) > 1:\n            return _ambiguous(index.kind, declared",
        "        if len(found) > 9:\n            return _ambiguous(index.kind, declared",
        ("tests/engine/test_identity.py",),
        simulated=True,
    ),
    Mutant(
        "a new name may look like one that lives",
        "engine/names.py",
        "        if not twins:\n            return None\n        reason",
        "        if twins or not twins:\n            return None\n        reason",
        ("tests/engine/test_names.py",),
        simulated=True,
    ),
    Mutant(
        "the order of a plan depends on the hash seed",
        "engine/draft.py",
        "creates.sort(key=lambda change: change.address)",
        "creates.sort(key=lambda change: hash(change.address))",
        ("tests/simulation/test_findings.py",),
    ),
    Mutant(
        "levelled objects are made in the order of their addresses",
        "engine/draft.py",
        "    if not kind.ordered_creates:\n        creates.sort",
        "    if True:\n        creates.sort",
        ("tests/engine/test_draft.py", "tests/engine/test_applying.py"),
    ),
    Mutant(
        "another plan than the approved one is carried out",
        "reconcile.py",
        "    if approval.expected is not None and made.fingerprint != approval.expected:",
        f"    {NEVER}",
        ("tests/simulation/test_simulation.py",),
        simulated=True,
    ),
    Mutant(
        "what accounts use is deleted",
        GUARDS,
        "    if counted.accounts:\n",
        "    if counted.more:\n",
        GUARDED,
        simulated=True,
    ),
    Mutant(
        "a count that failed is no use at all",
        GUARDS,
        "    if not isinstance(counted, Usage):\n        return _block(",
        "    if not isinstance(counted, Usage):\n        return None\n        _block(",
        GUARDED,
    ),
    Mutant(
        "one delete more than `max_deletes` goes through",
        GUARDS,
        "    if len(deletes) <= limit:",
        "    if len(deletes) <= limit + 1:",
        GUARDED,
    ),
    Mutant(
        "every object of a kind may be deleted",
        GUARDS,
        "number >= draft.population[kind]",
        "number > draft.population[kind]",
        GUARDED,
    ),
    Mutant(
        "`protect` is not looked at",
        GUARDS,
        "    if _protected(draft, delete):",
        f"    {NEVER}",
        GUARDED,
    ),
    Mutant(
        "the tenant's lock can be shared",
        "driver/lock.py",
        "fcntl.LOCK_EX | fcntl.LOCK_NB",
        "fcntl.LOCK_SH | fcntl.LOCK_NB",
        ("tests/driver/test_lock.py",),
    ),
)
