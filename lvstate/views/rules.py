"""What each code of a problem means and what to do about it, for tools that explain findings by rule."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """A code: what it means in a sentence, and how to mend it."""

    code: str
    title: str
    help: str


def rule(code: str) -> Rule:
    """Return the rule of a code; one that a later part of lvstate brought along explains itself by its message."""
    title, help_text = _RULES.get(code, (f"{code}: see the message.", _ELSE))
    return Rule(code, title, help_text)


def explained() -> frozenset[str]:
    """Return the codes that have words of their own here."""
    return frozenset(_RULES)


_ELSE = "The message says what is wrong and what to do; lvstate validate shows the line."

_RULES: dict[str, tuple[str, str]] = {
    "alias": (
        "YAML anchors and aliases are not read.",
        "Write the value out where it is used, or use ${var.name}.",
    ),
    "ambiguous-scalar": (
        "YAML 1.1 and 1.2 read this plain value differently.",
        "Quote it, so that every reader takes it as the text it is.",
    ),
    "bad-address": (
        "This key cannot be an address.",
        "Addresses are a-z, 0-9, dot, dash and underscore, at most 100; those of custom fields are COL1 to COL100.",
    ),
    "bad-escape": (
        "The escape in this quoted text is not one of YAML.",
        "Double the backslash, or use single quotes.",
    ),
    "bad-file-name": (
        "The name of this file cannot be shown or written portably.",
        "Rename the file.",
    ),
    "bad-pattern": ("This is not a pattern KIND/GLOB.", "Write a kind, a slash and a glob of names."),
    "bad-reference": (
        "This reference to a variable cannot be read.",
        "Write ${var.name}; $${var. stands for the text itself.",
    ),
    "bad-value": ("This value does not fit here.", "Write one of the values that the message names."),
    "blank": ("A text that is needed is blank.", "Write it, or leave the key out."),
    "blank-edge": (
        "A name or label begins or ends with a blank.",
        "Remove the blank: names are compared exactly as written.",
    ),
    "broken-base": (
        "The project is broken at the Git ref it is compared with.",
        "Choose another base, or correct what is wrong there.",
    ),
    "cannot-delete": (
        "Objects of this kind cannot be deleted through the API.",
        "Contact groups and custom fields stay; take the entry out, or ignore the object.",
    ),
    "complex-key": ("A key is not a plain text.", "Use a text as the key."),
    "control-character": (
        "The file holds a character that YAML does not allow.",
        "Remove it, or write it as an escape in double quotes.",
    ),
    "declared-and-ignored": (
        "A declared object is also ignored.",
        "Take it out of the manifests, or narrow the pattern under `ignore:`.",
    ),
    "declared-and-removed": (
        "The same object is declared and removed.",
        "Keep one of the two.",
    ),
    "declared-twice": ("An address is declared twice.", "Keep one declaration, or rename one address."),
    "directive": ("YAML directives are not read.", "Remove the line that begins with %."),
    "duplicate-key": ("A key stands twice in one map.", "Keep one of them."),
    "empty-file": ("The file declares nothing.", "Fill it or remove it."),
    "environment-clash": (
        "Two environments share one variable for credentials.",
        "Rename one: upper case and `-` as `_` make their names equal.",
    ),
    "file-too-large": ("The file is too large.", "Split it."),
    "inconsistent": ("Two values do not go together.", "Change one as the message says."),
    "linked-folder": ("A link to a folder is not followed.", "Put the folder itself into the project."),
    "listed-twice": ("A list holds an item twice.", "Keep one."),
    "merge-conflict": (
        "The file holds the marks of an unfinished merge.",
        "Resolve the conflict and remove the marks.",
    ),
    "merge-key": ("YAML merge keys are not read.", "Write the keys out."),
    "missing-key": ("A key that is needed is missing.", "Add it."),
    "missing-value": ("A key has no value.", "Write one, or remove the key."),
    "more-problems": ("There are more problems than are shown.", "Correct the shown ones first."),
    "nested-too-deep": ("The input is nested too deeply.", "Flatten it."),
    "no-manifest": ("A file that the project names is missing.", "Create it, or correct `manifests:`."),
    "no-project": ("There is no project file.", "Use -C DIR, or make one with lvstate init."),
    "not-a-file": ("A manifest is not a regular file.", "Replace it by one."),
    "not-yaml": ("A manifest has another extension than .yaml or .yml.", "Rename it."),
    "nothing-declared": ("A section declares nothing.", "Fill it or remove it."),
    "nothing-to-leave-alone": (
        "An overlay takes out an address that the base does not declare.",
        "Correct the address, or remove the line.",
    ),
    "number-format": (
        "A number is written in a form that readers disagree on.",
        "Write plain decimal digits, or quote it as a text.",
    ),
    "only-overlays": (
        "Manifests are found in an environment only.",
        "Add manifests under `manifests:` at the top of the project file.",
    ),
    "outside-project": ("A file lies outside the project.", "Move it into the project's folder."),
    "passed-over": (
        "A file that looks like a manifest is not read.",
        "Rename it to end in .yaml, or move it.",
    ),
    "previous-name": (
        "A previous name is also a name that is declared.",
        "Remove it from `previous_names`, or rename the other.",
    ),
    "refused-url": (
        "Credentials are not sent to this URL.",
        "Use https and a host below livevox.com, or allow the host in LVSTATE_ALLOWED_HOSTS.",
    ),
    "removed-twice": ("An object is removed twice.", "Keep one entry."),
    "same-id": ("Two addresses pin the same id.", "Correct one of the pins."),
    "same-name": ("Two addresses declare the same name.", "Rename one, or pin both with `id`."),
    "several-documents": ("The file holds several YAML documents.", "Keep one document a file."),
    "submodule": (
        "Manifests in a submodule are not part of the commit.",
        "Keep the manifests in the repository itself.",
    ),
    "surrogate": ("A text holds half a character.", "Remove the escape of the lone surrogate."),
    "tab": ("A tab cannot indent YAML.", "Use spaces."),
    "tag": ("YAML tags are not read.", "Remove the tag."),
    "text-too-long": ("A text is too long.", "Shorten it."),
    "too-many-values": ("The file holds too many values.", "Split it."),
    "undeclared-variable": (
        "An environment sets a variable that the project does not declare.",
        "Declare it under `variables:` at the top of the project file.",
    ),
    "undefined-variable": (
        "A variable is used that has no value here.",
        "Declare it, or give it a value or a default.",
    ),
    "unknown-environment": ("There is no environment of this name.", "Correct it, or add the environment."),
    "unknown-key": ("A key is not known here.", "Correct its spelling, or remove it."),
    "unknown-kind": ("There is no kind of this name.", "Use one of the kinds that the message names."),
    "unquoted": ("A text looks like something else.", "Quote it."),
    "unquoted-key": ("A key that YAML 1.1 and 1.2 read differently.", "Quote it."),
    "unreadable": ("A file cannot be read.", "Check its permissions and that it is UTF-8."),
    "variable-here": ("A variable cannot be used here.", "Write the value itself."),
    "wrong-type": ("A value is of the wrong type.", "Write a value of the type that the message names."),
    "yaml-syntax": ("The file is not valid YAML.", "Correct the line that the message names."),
}
