"""Manifests that are wrong: bytes, YAML, limits, scalars, shapes, values, names, clashes and references."""

from __future__ import annotations

from collections.abc import Iterator

from tests.input.case import PROJECT, SOUND, Case, group_name, manifest

HEAD = "version: 1\ncontact_groups:\n"
FIELDS = "version: 1\ncustom_fields:\n"
LEVELS = "version: 1\naccount_types:\n"
REMOVED = "version: 1\nremoved:\n  account_types:\n"


def cases() -> Iterator[Case]:
    yield from encodings()
    yield from syntax()
    yield from limits()
    yield from aliases_and_tags()
    yield from duplicates()
    yield from scalars()
    yield from shapes()
    yield from values()
    yield from names()
    yield from clashes()
    yield from references()
    yield from policies()


def encodings() -> Iterator[Case]:
    for name, data, place in [
        ("UTF-16 with a mark, little end first", "version: 1\n".encode("utf-16"), "1:1 not-utf8"),
        (
            "UTF-16 with a mark, big end first",
            b"\xfe\xff" + "version: 1\n".encode("utf-16-be"),
            "1:1 not-utf8",
        ),
        ("UTF-32 with a mark", "version: 1\n".encode("utf-32"), "1:1 not-utf8"),
        ("a byte of Latin-1", HEAD.encode() + b"  a: Caf\xe9\n", "3:9 not-utf8"),
        ("a byte that no text has", HEAD.encode() + b"  a: \xff\n", "3:6 not-utf8"),
        ("a sequence that is longer than needed", HEAD.encode() + b"  a: \xc0\xaf\n", "3:6 not-utf8"),
        ("a surrogate as bytes", HEAD.encode() + b"  a: \xed\xa0\x80\n", "3:6 not-utf8"),
        ("beyond the last code point", HEAD.encode() + b"  a: \xf4\x90\x80\x80\n", "3:6 not-utf8"),
        ("a sequence that the end of the file cuts", HEAD.encode() + b"  a: B\xe2\x82", "3:7 not-utf8"),
        ("the first byte", b"\x80version: 1\n", "1:1 not-utf8"),
        (
            "behind characters of several bytes",
            HEAD.encode() + "  a: äöü€😀".encode() + b"\xff\n",
            "3:11 not-utf8",
        ),
        ("only a zero byte", b"\0", "1:1 control-character"),
        ("UTF-16 without a mark", "v\n".encode("utf-16-le")[:3], "1:2 control-character"),
    ]:
        yield manifest("ENC", name, data, *([place] if place else []))
    for name, character, code in [
        ("NUL", "\0", "control-character"),
        ("backspace", "\b", "control-character"),
        ("escape", "\x1b[31m", "control-character"),
        ("delete", "\x7f", "control-character"),
        ("a C1 control", "\x9b", "control-character"),
        ("next line", "\x85", "control-character"),
        ("line separator", "\u2028", "control-character"),
        ("paragraph separator", "\u2029", "control-character"),
        ("a byte order mark in the middle", "\ufeff", "control-character"),
        ("no character", "\ufffe", "control-character"),
        ("form feed", "\f", "control-character"),
        ("vertical tab", "\v", "control-character"),
        ("a lone carriage return", "\r", "control-character"),
        ("a tab", "\t", "tab"),
    ]:
        yield group_name("ENC", f"{name} in a plain name", f"A{character}B", f"3:7 {code}")
        yield group_name("ENC", f"{name} in a quoted name", f'"A{character}B"', f"3:8 {code}")
    yield manifest(
        "ENC", "two byte order marks", b"\xef\xbb\xbf\xef\xbb\xbfversion: 1\n", "1:1 control-character"
    )
    yield manifest("ENC", "a control character in a comment", "version: 1 # \x07\n", "1:14 control-character")
    yield manifest("ENC", "a control character in a key", HEAD + "  a\x01: A\n", "3:4 control-character")
    yield manifest("ENC", "a tab that indents", "version: 1\ncontact_groups:\n\ta: A\n", "3:1 tab")
    yield manifest("ENC", "a tab behind a colon", HEAD + "  a:\tA\n", "3:5 tab")
    yield manifest("ENC", "a tab between two blanks", HEAD + "  a: \t A\n", "3:6 tab")
    yield manifest(
        "ENC",
        "each of two",
        HEAD + "  a: A\x07\n  b: B\x07\n",
        "3:7 control-character",
        "4:7 control-character",
    )


def syntax() -> Iterator[Case]:
    for name, text, *places in [
        ("a mapping in a line of a mapping", HEAD + "  a: b: c\n", "3:7 yaml-syntax"),
        ("a list item in a line of a mapping", HEAD + "  a: - b\n", "3:6 yaml-syntax"),
        ("a quote that never ends", HEAD + "  a: 'A\n  b: B\n", "3:6 yaml-syntax"),
        ("a bracket that never ends", HEAD + "  a: {name: [A\n", "3:13 yaml-syntax"),
        ("a brace that a bracket ends", HEAD + "  a: {name: A]\n", "3:6 yaml-syntax"),
        ("a bracket that was never opened", HEAD + "  a: ]\n", "3:6 yaml-syntax"),
        ("a comma at the beginning", HEAD + "  a: , A\n", "3:6 yaml-syntax"),
        ("text behind a quote", HEAD + '  a: "A" B\n', "3:10 yaml-syntax"),
        ("text behind a brace", HEAD + "  a: {name: A} B\n", "3:16 yaml-syntax"),
        ("a percent sign", HEAD + "  a: %A\n", "3:6 yaml-syntax"),
        ("an at sign", HEAD + "  a: @A\n", "3:6 yaml-syntax"),
        ("a back quote", HEAD + "  a: `A`\n", "3:6 yaml-syntax"),
        ("an escape that is none", HEAD + '  a: "\\d"\n', "3:7 bad-escape"),
        ("a path of Windows in double quotes", HEAD + '  a: "C:\\users"\n', "3:9 bad-escape"),
        ("an escape with too few digits", HEAD + '  a: "\\x4"\n', "3:7 bad-escape"),
        (
            "indentation between two levels",
            "version: 1\ncontact_groups:\n    a: A\n  b: B\n",
            "4:3 yaml-syntax",
        ),
        ("indentation deeper than its neighbours", HEAD + "  a: A\n    b: B\n", "4:6 yaml-syntax"),
        ("a key without a colon", HEAD + "  a: A\n  b\n", "4:4 yaml-syntax"),
        ("a colon without a blank", HEAD + "  a:A\n", "3:3 wrong-type"),
        ("a block with a bad head", HEAD + "  a: |x\n    A\n", "3:7 yaml-syntax"),
        ("a question mark alone", HEAD + "  ?\n", "3:4 unquoted-key"),
        ("two documents", "version: 1\n---\nversion: 1\n", "2:1 several-documents"),
        ("a document behind its end", "version: 1\n...\nversion: 1\n", "3:1 yaml-syntax"),
        (
            "a conflict that git left",
            HEAD + "<<<<<<< HEAD\n  a: A\n=======\n  a: B\n>>>>>>> x\n",
            "3:1 merge-conflict",
        ),
        (
            "a conflict with the common base",
            HEAD + "<<<<<<< a\n  a: A\n||||||| b\n=======\n>>>>>>> c\n",
            "3:1 merge-conflict",
        ),
        ("a list for a key", HEAD + "  [a, b]: A\n", "3:3 complex-key"),
        ("a mapping for a key", HEAD + "  {a: b}: A\n", "3:3 complex-key"),
        ("JSON with a comma too many", '{"version": 1, "contact_groups": {,}}\n', "1:35 yaml-syntax"),
        ("a shell script", "#!/bin/sh\nset -e\n", "2:1 wrong-type"),
        ("a page of HTML", "<!DOCTYPE html>\n<html></html>\n", "1:1 wrong-type"),
        ("a CSV file", "name,level\nPlatinum,1\n", "1:1 wrong-type"),
        ("an INI file", "[contact_groups]\na = A\n", "2:1 yaml-syntax"),
    ]:
        yield manifest("YAML", name, text, *places)


def limits() -> Iterator[Case]:
    yield manifest("LIMIT", "a file of 17 MiB", b"#" * (17 << 20), "1:1 file-too-large")
    yield manifest("LIMIT", "a file one byte too large", b"#" * ((16 << 20) + 1), "1:1 file-too-large")
    yield group_name("LIMIT", "33 brackets", "[" * 33, "3:36 nested-too-deep")
    yield group_name("LIMIT", "100,000 brackets", "[" * 100_000, "3:36 nested-too-deep")
    yield group_name("LIMIT", "braces in brackets", "[{a: " * 40, "3:81 nested-too-deep")
    yield manifest(
        "LIMIT",
        "levels by indentation",
        "".join(" " * depth + "a:\n" for depth in range(40)),
        "33:33 nested-too-deep",
    )
    yield manifest("LIMIT", "lists in lists in lines", "- " * 40 + "a\n", "1:65 nested-too-deep")
    yield group_name("LIMIT", "a text of 65,537 characters", "x" * 65_537, "3:6 text-too-long")
    yield group_name("LIMIT", "a block of a megabyte", "|\n" + "    xxxxxxxx\n" * 80_000, "3:6 text-too-long")
    yield group_name("LIMIT", "an integer of 100,000 digits", "9" * 100_000, "3:6 text-too-long")
    yield manifest(
        "LIMIT", "a key of 65,537 characters", HEAD + f"  ? {'k' * 65_537}\n  : A\n", "3:5 text-too-long"
    )
    yield manifest("LIMIT", "a key of 1,100 characters", HEAD + f"  {'k' * 1100}: A\n", "3:1103 yaml-syntax")
    yield group_name("LIMIT", "a number beyond 64 bits", "12345678901234567890", "3:6 number-format")
    yield manifest(
        "LIMIT",
        "a pin of 20 digits",
        HEAD + "  a: {name: A, id: 10000000000000000000}\n",
        "3:20 number-format",
    )
    yield manifest(
        "LIMIT", "twenty thousand empty lists", HEAD + "  a: [" + "[]," * 20_000 + "]\n", "3:6 wrong-type"
    )
    yield manifest("LIMIT", "an address of 101 characters", HEAD + f"  {'a' * 101}: A\n", "3:3 bad-address")
    yield Case(
        "LIMIT",
        "more than a hundred problems",
        {"manifests/a.yaml": HEAD + "".join(f"  g{n}: no\n" for n in range(150))},
        (
            "- [more-problems]",
            *(f"manifests/a.yaml:{n + 3}:{5 + len(f'g{n}')} ambiguous-scalar" for n in range(100)),
        ),
    )
    yield Case(
        "LIMIT",
        "the last of three thousand files",
        {
            **{
                f"manifests/{n:04}.yaml": f"version: 1\ncontact_groups: {{g{n}: G {n}}}\n"
                for n in range(3000)
            },
            "manifests/last.yaml": HEAD + "  a: no\n",
        },
        ("manifests/last.yaml:3:6 ambiguous-scalar",),
    )
    yield Case(
        "LIMIT",
        "folders 70 deep",
        {"manifests/" + "d/" * 70 + "a.yaml": SOUND},
        ("lvstate.yaml:1:1 nested-too-deep",),
    )
    laughs = "".join(f"  g{n}: &g{n} [{', '.join([f'*g{n - 1}'] * 9) if n else 'lol'}]\n" for n in range(9))
    places = []
    for n in range(9):
        column = 7
        places.append(f"{n + 3}:{column} alias")
        if n:
            places += [f"{n + 3}:{12 + 5 * k} alias" for k in range(9)]
    yield manifest("LIMIT", "a billion laughs", HEAD + laughs, *places)


def aliases_and_tags() -> Iterator[Case]:
    for name, text, *places in [
        ("an anchor alone", HEAD + "  a: &x A\n", "3:6 alias"),
        ("an anchor at a mapping", HEAD + "  a: &x {name: A}\n", "3:6 alias"),
        ("an anchor at a key", HEAD + "  &x a: A\n", "3:3 alias"),
        ("an anchor at the root", "&x\nversion: 1\n", "1:1 alias"),
        ("an alias to nothing", HEAD + "  a: *x\n", "3:6 alias"),
        ("an alias for a key", HEAD + "  a: &x A\n  *x : B\n", "3:6 alias", "4:3 alias"),
        ("an alias to itself", HEAD + "  a: &x [*x]\n", "3:6 alias", "3:10 alias"),
        ("a merge key", HEAD + "  a: {name: A}\n  b: {<<: {name: B}}\n", "4:3 missing-key", "4:7 merge-key"),
        (
            "a merge key with an alias",
            HEAD + "  a: &x {name: A}\n  b: {<<: *x}\n",
            "3:6 alias",
            "4:3 missing-key",
            "4:7 merge-key",
            "4:11 alias",
        ),
        ("a merge key at the top", "version: 1\n<<: {}\n", "2:1 merge-key"),
        ("a merge key with a list", HEAD + "  a: {name: A, <<: [{}, {}]}\n", "3:16 merge-key"),
    ]:
        yield manifest("ALIAS", name, text, *places)
    for name, text, *places in [
        ("a tag of Python", HEAD + "  a: !!python/object/apply:os.system ['true']\n", "3:6 tag"),
        ("a tag for the environment", HEAD + "  a: !env LVSTATE_PASSWORD\n", "3:6 tag"),
        ("an include", HEAD + "  a: !include /etc/passwd\n", "3:6 tag"),
        ("a tag for text", HEAD + "  a: !!str 1\n", "3:6 tag"),
        ("a tag for bytes", HEAD + "  a: !!binary aGVsbG8=\n", "3:6 tag"),
        ("a tag for a set", HEAD + "  a: !!set {A}\n", "3:3 missing-key", "3:6 tag", "3:13 unknown-key"),
        ("a tag at a mapping", "version: 1\ncontact_groups: !!map\n  a: A\n", "2:17 tag"),
        ("a tag at a key", HEAD + "  !!str a: A\n", "3:3 tag"),
        ("a tag by its whole name", HEAD + "  a: !<tag:yaml.org,2002:str> A\n", "3:6 tag"),
        ("an exclamation mark before a name", HEAD + "  a: !important\n", "3:6 tag"),
        ("a tag whose handle is unknown", HEAD + "  a: !x!y A\n", "3:6 tag"),
        ("a directive", "%YAML 1.2\n---\nversion: 1\n", "1:1 directive"),
        ("a directive for tags", "%TAG ! tag:example.org:\n---\nversion: 1\n", "1:1 directive"),
        ("a directive behind a comment", "# a\n%YAML 1.1\n---\nversion: 1\n", "2:1 directive"),
    ]:
        yield manifest("TAG", name, text, *places)


def duplicates() -> Iterator[Case]:
    for name, text, *places in [
        ("an address", HEAD + "  a: A\n  a: B\n", "4:3 duplicate-key"),
        (
            "an address three times",
            HEAD + "  a: A\n  a: B\n  a: C\n",
            "4:3 duplicate-key",
            "5:3 duplicate-key",
        ),
        ("an address, once in quotes", HEAD + '  a: A\n  "a": B\n', "4:3 duplicate-key"),
        ("an address, written with an escape", HEAD + '  a: A\n  "\\x61": B\n', "4:3 duplicate-key"),
        ("a section", HEAD + "  a: A\ncontact_groups:\n  b: B\n", "4:1 duplicate-key"),
        ("the version", "version: 1\nversion: 1\n", "2:1 duplicate-key"),
        ("a field", HEAD + "  a: {name: A, name: B}\n", "3:16 duplicate-key"),
        ("a pin", HEAD + "  a: {name: A, id: 1, id: 2}\n", "3:23 duplicate-key"),
        ("a slot", FIELDS + "  COL1: A\n  COL1: B\n", "4:3 duplicate-key"),
        ("a key of a removal", REMOVED + "    a: {name: A, name: B}\n", "4:18 duplicate-key"),
        (
            "in two places of one file",
            HEAD + "  a: A\n  a: B\naccount_types:\n  x: X\n  x: Z\n",
            "4:3 duplicate-key",
            "7:3 duplicate-key",
        ),
    ]:
        yield manifest("DUPKEY", name, text, *places)


def scalars() -> Iterator[Case]:
    for text, code in [
        ("no", "ambiguous-scalar"), ("No", "ambiguous-scalar"), ("NO", "ambiguous-scalar"), ("yes", "ambiguous-scalar"),
        ("on", "ambiguous-scalar"), ("Off", "ambiguous-scalar"), ("y", "ambiguous-scalar"), ("N", "ambiguous-scalar"),
        ("010", "ambiguous-scalar"), ("0o17", "ambiguous-scalar"), ("09", "ambiguous-scalar"), ("0b1", "ambiguous-scalar"),
        ("1_000", "ambiguous-scalar"), ("12:30", "ambiguous-scalar"), ("1:2:3", "ambiguous-scalar"),
        ("190:20:30.15", "ambiguous-scalar"), ("2024-01-01", "ambiguous-scalar"), ("2024-1-1", "ambiguous-scalar"),
        ("2001-12-14t21:59:43.10-05:00", "ambiguous-scalar"), ("2024-01-01 10:00:00", "ambiguous-scalar"),
        ("1e3", "ambiguous-scalar"), ("=", "ambiguous-scalar"), ("<<", "ambiguous-scalar"), (".5e3", "ambiguous-scalar"),
        ("0x1F", "number-format"), ("+1", "number-format"), ("1.5", "number-format"), ("1.", "number-format"),
        (".5", "number-format"), (".inf", "number-format"), ("-.INF", "number-format"), (".NaN", "number-format"),
        ("1e+3", "ambiguous-scalar"), ("-0", "unquoted"), ("0", "unquoted"), ("30", "unquoted"), ("-7", "unquoted"),
        ("true", "unquoted"), ("FALSE", "unquoted"), ("null", "missing-value"), ("~", "missing-value"), ("Null", "missing-value"),
    ]:  # fmt: skip
        yield group_name("SCALAR", f"{text} as a name", text, f"3:6 {code}")
    for name, text, *places in [
        ("a number for an address", HEAD + "  30: A\n", "3:3 unquoted-key"),
        ("no for an address", HEAD + "  no: A\n", "3:3 ambiguous-scalar"),
        ("a date for an address", HEAD + "  2024-01-01: A\n", "3:3 ambiguous-scalar"),
        ("true for an address", HEAD + "  true: A\n", "3:3 unquoted-key"),
        ("null for an address", HEAD + "  null: A\n", "3:3 unquoted-key"),
        ("nothing for an address", HEAD + "  : A\n", "3:3 yaml-syntax"),
        (
            "yes among list values",
            FIELDS + "  COL1: {data_type: LIST, list_values: [yes, no]}\n",
            "3:41 ambiguous-scalar",
            "3:46 ambiguous-scalar",
        ),
        (
            "numbers among list values",
            FIELDS + "  COL1: {data_type: LIST, list_values: [1, 2]}\n",
            "3:41 unquoted",
            "3:44 unquoted",
        ),
        (
            "a date among previous names",
            HEAD + "  a: {name: A, previous_names: [2024-01-01]}\n",
            "3:33 ambiguous-scalar",
        ),
        (
            "a time in a comment of a removal",
            REMOVED + "    a: {name: A, reason: 12:30}\n",
            "4:26 ambiguous-scalar",
        ),
        ("an octal version", "version: 01\n", "1:10 ambiguous-scalar"),
        ("a version with a point", "version: 1.0\n", "1:10 number-format"),
        ("an octal level", LEVELS + "  a: {name: A, level: 010}\n", "3:23 ambiguous-scalar"),
        ("a hexadecimal pin", HEAD + "  a: {name: A, id: 0x10}\n", "3:20 number-format"),
        ("a pin with a plus", HEAD + "  a: {name: A, id: +5}\n", "3:20 number-format"),
        ("a pin with underscores", HEAD + "  a: {name: A, id: 1_000}\n", "3:20 ambiguous-scalar"),
    ]:
        yield manifest("SCALAR", name, text, *places)


def shapes() -> Iterator[Case]:
    for name, text, *places in [
        ("a misspelled section", "version: 1\ncontact_group:\n  a: A\n", "2:1 unknown-key"),
        ("a section of the portal", "version: 1\nskills:\n  a: A\n", "2:1 unknown-key"),
        ("a section in capitals", "version: 1\nContact_Groups:\n  a: A\n", "2:1 unknown-key"),
        ("a key of the API", HEAD + "  a: {name: A, createdBy: x}\n", "3:16 unknown-key"),
        ("a misspelled field", HEAD + "  a: {nmae: A}\n", "3:3 missing-key", "3:7 unknown-key"),
        ("a level on a group", HEAD + "  a: {name: A, level: 1}\n", "3:16 unknown-key"),
        ("a pin on a slot", FIELDS + "  COL1: {label: A, id: 1}\n", "3:20 unknown-key"),
        (
            "previous names on a slot",
            FIELDS + "  COL1: {label: A, previous_names: [B]}\n",
            "3:20 unknown-key",
        ),
        ("a name for a label", FIELDS + "  COL1: {name: A}\n", "3:10 unknown-key"),
        ("no version", "contact_groups: {a: A}\n", "1:1 missing-key"),
        ("no name", HEAD + "  a: {id: 1}\n", "3:3 missing-key"),
        ("no name, no nothing", HEAD + "  a: {}\n", "3:3 missing-key"),
        ("a list of groups", "version: 1\ncontact_groups: [A, B]\n", "2:17 wrong-type"),
        ("a list of mappings", "version: 1\ncontact_groups:\n  - name: A\n", "3:3 wrong-type"),
        ("text for a section", "version: 1\ncontact_groups: A\n", "2:17 wrong-type"),
        ("a number for a section", "version: 1\ncontact_groups: 3\n", "2:17 wrong-type"),
        ("a list for a file", "- version: 1\n", "1:1 wrong-type"),
        ("a text for a file", "hello\n", "1:1 wrong-type"),
        ("a number for a file", "1\n", "1:1 wrong-type"),
        ("a list for a name", HEAD + "  a: {name: [A]}\n", "3:13 wrong-type"),
        ("a mapping for a name", HEAD + "  a: {name: {en: A}}\n", "3:13 wrong-type"),
        ("text for a pin", HEAD + '  a: {name: A, id: "7"}\n', "3:20 wrong-type"),
        ("true for a pin", HEAD + "  a: {name: A, id: true}\n", "3:20 wrong-type"),
        ("null for a pin", HEAD + "  a: {name: A, id: null}\n", "3:20 missing-value"),
        ("text for a level", LEVELS + "  a: {name: A, level: first}\n", "3:23 wrong-type"),
        ("text for previous names", HEAD + "  a: {name: A, previous_names: B}\n", "3:32 wrong-type"),
        ("text for list values", FIELDS + "  COL1: {data_type: LIST, list_values: a}\n", "3:40 wrong-type"),
        ("a list for a data type", FIELDS + "  COL1: {data_type: [LIST]}\n", "3:21 wrong-type"),
        ("text for the version", 'version: "1"\n', "1:10 wrong-type"),
        ("null for the version", "version:\n", "1:9 missing-value"),
        ("a list for removals", "version: 1\nremoved: [a]\n", "2:10 wrong-type"),
        ("a removal of nothing", REMOVED + "    a: {}\n", "4:5 nothing-declared"),
        ("a removal with a reason alone", REMOVED + "    a: {reason: X}\n", "4:5 missing-key"),
        ("a removal with an unknown key", REMOVED + "    a: {name: A, force: true}\n", "4:18 unknown-key"),
        ("a removal of an unknown section", "version: 1\nremoved:\n  campaigns: {a: A}\n", "3:3 unknown-key"),
        ("a slot with nothing", FIELDS + "  COL1: {}\n", "3:3 nothing-declared"),
        ("a null without an overlay", HEAD + "  a: null\n", "3:6 missing-value"),
        ("an empty file", "", "1:1 empty-file"),
        ("only comments", "# a\n# b\n", "1:1 empty-file"),
        ("only a mark of a document", "---\n", "1:1 empty-file"),
        (
            "all faults of three",
            HEAD + "  a: {nme: A}\n  b: [B]\n  c: {name: C, id: x}\n",
            "3:3 missing-key",
            "3:7 unknown-key",
            "4:6 wrong-type",
            "5:20 wrong-type",
        ),
        (
            "a Terraform resource",
            "version: 1\nresource:\n  livevox_group: {a: {name: A}}\n",
            "2:1 unknown-key",
        ),
        (
            "a manifest of Kubernetes",
            "apiVersion: v1\nkind: ConfigMap\n",
            "1:1 missing-key",
            "2:1 unknown-key",
        ),
    ]:
        yield manifest("SCHEMA", name, text, *places)


def values() -> Iterator[Case]:
    for name, text, *places in [
        ("a pin of zero", HEAD + "  a: {name: A, id: 0}\n", "3:20 bad-value"),
        ("a negative pin", HEAD + "  a: {name: A, id: -1}\n", "3:20 bad-value"),
        ("a negative level", LEVELS + "  a: {name: A, level: -1}\n", "3:23 bad-value"),
        ("version 2", "version: 2\n", "1:10 bad-value"),
        ("version 0", "version: 0\n", "1:10 bad-value"),
        (
            "a data type in small letters",
            FIELDS + "  COL1: {data_type: list, list_values: [a]}\n",
            "3:21 bad-value",
            "3:40 inconsistent",
        ),
        ("a data type of SQL", FIELDS + "  COL1: {data_type: VARCHAR}\n", "3:21 bad-value"),
        (
            "values without LIST",
            FIELDS + "  COL1: {data_type: DATE, list_values: [a]}\n",
            "3:40 inconsistent",
        ),
        ("LIST without values", FIELDS + "  COL1: {data_type: LIST}\n", "3:3 inconsistent"),
        ("no values at all", FIELDS + "  COL1: {data_type: LIST, list_values: []}\n", "3:40 bad-value"),
        (
            "a value twice",
            FIELDS + "  COL1: {data_type: LIST, list_values: [a, b, a]}\n",
            "3:47 listed-twice",
        ),
        ("an empty value", FIELDS + '  COL1: {data_type: LIST, list_values: [""]}\n', "3:41 blank"),
        ("COL0", FIELDS + "  COL0: A\n", "3:3 bad-address"),
        ("COL101", FIELDS + "  COL101: A\n", "3:3 bad-address"),
        ("COL01", FIELDS + "  COL01: A\n", "3:3 bad-address"),
        ("col1", FIELDS + "  col1: A\n", "3:3 bad-address"),
        ("a slot with a digit of another script", FIELDS + "  COL\u0661: A\n", "3:3 bad-address"),
        ("an address in capitals", HEAD + "  Early: A\n", "3:3 bad-address"),
        ("an address with a blank", HEAD + "  a b: A\n", "3:3 bad-address"),
        ("an address with a slash", HEAD + "  a/b: A\n", "3:3 bad-address"),
        ("an address with an accent", HEAD + "  caf\u00e9: A\n", "3:3 bad-address"),
        ("an address that begins with a point", HEAD + "  .a: A\n", "3:3 bad-address"),
        ("an address that begins with a dash", HEAD + "  -a: A\n", "3:3 bad-address"),
        ("an address that begins with an underscore", HEAD + "  _a: A\n", "3:3 bad-address"),
        ("an empty address", HEAD + '  "": A\n', "3:3 bad-address"),
        ("an address with a line break", HEAD + '  "a\\n": A\n', "3:3 bad-address"),
        ("in_use: deny", REMOVED + "    a: {name: A, in_use: deny}\n", "4:26 bad-value"),
        ("in_use: true", REMOVED + "    a: {name: A, in_use: true}\n", "4:26 unquoted"),
        ("a removal with a pin of zero", REMOVED + "    a: {id: 0}\n", "4:13 bad-value"),
    ]:
        yield manifest("VALUE", name, text, *places)


def names() -> Iterator[Case]:
    for name, text, place in [
        ("an empty name", '""', "3:6 blank"),
        ("a blank", '" "', "3:6 blank"),
        ("a tab", '"\\t"', "3:6 blank"),
        ("a line break", '"\\n"', "3:6 blank"),
        ("a no-break space", '"\u00a0"', "3:6 blank"),
        ("an ideographic space", '"\u3000"', "3:6 blank"),
        ("several kinds of blanks", '"\\u2000\\u2009 "', "3:6 blank"),
        ("an empty block", "|\n\n", "3:6 blank"),
        ("a high surrogate", '"A\\ud83d"', "3:8 surrogate"),
        ("a low surrogate", '"A\\udc00"', "3:8 surrogate"),
        ("a pair of surrogates, as in JSON", '"\\ud83d\\ude00"', "3:7 surrogate"),
        ("a surrogate with eight digits", '"\\U0000d800"', "3:7 surrogate"),
        ("beyond Unicode", '"\\U00110000"', "3:7 bad-escape"),
    ]:
        yield group_name("NAME", name, text, place)
    yield manifest("NAME", "an empty label", FIELDS + '  COL1: ""\n', "3:9 blank")
    yield manifest(
        "NAME", "an empty previous name", HEAD + '  a: {name: A, previous_names: [""]}\n', "3:33 blank"
    )
    yield manifest("NAME", "an empty name of a removal", REMOVED + '    a: ""\n', "4:8 blank")
    yield manifest("NAME", "a surrogate in an address", HEAD + '  "a\\ud800": A\n', "3:5 surrogate")


def clashes() -> Iterator[Case]:
    for name, text, *places in [
        ("one name, two addresses", HEAD + "  a: A\n  b: A\n", "4:6 same-name"),
        (
            "one name, three addresses",
            HEAD + "  a: A\n  b: A\n  c: {name: A}\n",
            "4:6 same-name",
            "5:13 same-name",
        ),
        (
            "one name, one of them pinned, and twice without",
            HEAD + "  a: {name: A, id: 1}\n  b: A\n  c: A\n",
            "5:6 same-name",
        ),
        ("one pin, two addresses", HEAD + "  a: {name: A, id: 1}\n  b: {name: B, id: 1}\n", "4:20 same-id"),
        (
            "declared and removed",
            LEVELS + "  a: A\nremoved: {account_types: {b: A}}\n",
            "4:27 declared-and-removed",
        ),
        (
            "declared and removed by one pin",
            LEVELS + "  a: {name: A, id: 3}\nremoved: {account_types: {b: {id: 3}}}\n",
            "4:27 declared-and-removed",
        ),
        ("removed twice", REMOVED + "    a: A\n    b: A\n", "5:5 removed-twice"),
        ("removed twice by pin", REMOVED + "    a: {id: 1}\n    b: {id: 1}\n", "5:5 removed-twice"),
        (
            "a previous name of two",
            HEAD + "  a: {name: A, previous_names: [X]}\n  b: {name: B, previous_names: [X]}\n",
            "4:33 previous-name",
        ),
        (
            "a previous name that is the name",
            HEAD + "  a: {name: A, previous_names: [A]}\n",
            "3:33 previous-name",
        ),
        ("a name by way of an escape", HEAD + '  a: A\n  b: "\\x41"\n', "4:6 same-name"),
    ]:
        yield manifest("CLASH", name, text, *places)
    one, two = HEAD + "  a: A\n", HEAD + "  b: A\n"
    yield Case(
        "CLASH",
        "one name in two files",
        {"manifests/a.yaml": one, "manifests/b.yaml": two},
        ("manifests/b.yaml:3:6 same-name",),
    )
    yield Case(
        "CLASH",
        "one address in two files",
        {"manifests/a.yaml": one, "manifests/z/a.yml": HEAD + "  a: Z\n"},
        ("manifests/z/a.yml:3:3 declared-twice",),
    )
    overlaid = "version: 1\nmanifests: [base/]\nenvironments: {test: {url: 'URL', manifests: [over/]}}\n"
    for name, over, place in [
        ("an overlay that patches nothing", HEAD + "  b: {id: 3}\n", "3:3 missing-key"),
        ("an overlay that leaves nothing alone", HEAD + "  b: null\n", "3:3 nothing-to-leave-alone"),
        ("an overlay that takes a name", HEAD + "  b: A\n", "3:6 same-name"),
        ("an overlay that declares an address twice", HEAD + "  b: B\n  b: C\n", "4:3 duplicate-key"),
        ("an overlay that breaks a rule", FIELDS + "  COL1: {list_values: [a]}\n", "3:23 inconsistent"),
    ]:
        yield Case(
            "CLASH",
            name,
            {"lvstate.yaml": overlaid, "base/a.yaml": one, "over/a.yaml": over},
            (f"over/a.yaml:{place}",),
        )


def references() -> Iterator[Case]:
    for name, text, *places in [
        ("a variable that nobody declared", HEAD + '  a: "${var.x}"\n', "3:6 undefined-variable"),
        ("a variable within a name", HEAD + "  a: A ${var.x} B\n", "3:6 undefined-variable"),
        ("two variables", HEAD + "  a: A ${var.x} ${var.y}\n", "3:6 undefined-variable"),
        ("a variable without a name", HEAD + '  a: "${var.}"\n', "3:6 bad-reference"),
        ("a variable that is not closed", HEAD + '  a: "${var.x"\n', "3:6 bad-reference"),
        ("a variable with a blank", HEAD + '  a: "${var.x y}"\n', "3:6 bad-reference"),
        ("a variable with a default, as in a shell", HEAD + '  a: "${var.x:-y}"\n', "3:6 bad-reference"),
        ("a variable within a variable", HEAD + '  a: "${var.${var.x}}"\n', "3:6 bad-reference"),
        ("a variable in braces", HEAD + "  a: {name: ${var.x}}\n", "3:6 yaml-syntax"),
        ("a variable for a pin", HEAD + '  a: {name: A, id: "${var.x}"}\n', "3:20 undefined-variable"),
        ("a variable for an address", HEAD + '  "${var.x}": A\n', "3:3 bad-address"),
        ("a variable for the version", 'version: "${var.x}"\n', "1:10 undefined-variable"),
    ]:
        yield manifest("REF", name, text, *places)
    declared = (
        "version: 1\nvariables: {s: {default: East}, num: {default: 3}, e: {default: ''}}\n"
        + PROJECT.partition("\n")[2]
    )
    for name, text, *places in [
        ("text for a number", HEAD + '  a: {name: A, id: "${var.s}"}\n', "3:20 wrong-type"),
        ("a number for a name", HEAD + '  a: "${var.num}"\n', "3:6 unquoted"),
        ("nothing for a name", HEAD + '  a: "${var.e}"\n', "3:6 blank"),
        ("a variable that is almost declared", HEAD + '  a: "${var.S}"\n', "3:6 undefined-variable"),
        ("two names that become one", HEAD + '  a: "${var.s} 1"\n  b: East 1\n', "4:6 same-name"),
    ]:
        yield Case(
            "REF",
            name,
            {"lvstate.yaml": declared, "manifests/a.yaml": text},
            tuple(f"manifests/a.yaml:{p}" for p in places),
        )


def policies() -> Iterator[Case]:
    for name, text, *places in [
        (
            "a contact group to delete",
            "version: 1\nremoved:\n  contact_groups: {a: A}\n",
            "3:3 cannot-delete",
        ),
        (
            "a custom field to delete",
            "version: 1\nremoved:\n  custom_fields: {COL1: A}\n",
            "3:3 cannot-delete",
        ),
    ]:
        yield manifest("POLICY", name, text, *places)
    yield Case(
        "POLICY",
        "an overlay that deletes a contact group",
        {
            "lvstate.yaml": "version: 1\nmanifests: [base/]\nenvironments: {test: {url: 'URL', manifests: [over/]}}\n",
            "base/a.yaml": SOUND,
            "over/a.yaml": "version: 1\nremoved:\n  contact_groups: {a: A}\n",
        },
        ("over/a.yaml:3:3 cannot-delete",),
    )
    head = PROJECT + "ignore: ['contact_group/tmp *', 'custom_field/COL9?', 'account_type/*']\n"
    for name, text, *places in [
        ("a declared name that is ignored", HEAD + "  a: tmp 1\n", "3:3 declared-and-ignored"),
        ("a declared slot that is ignored", FIELDS + "  COL90: A\n", "3:3 declared-and-ignored"),
        ("a kind that is ignored as a whole", LEVELS + "  a: A\n", "3:3 declared-and-ignored"),
    ]:
        yield Case(
            "POLICY",
            name,
            {"lvstate.yaml": head, "manifests/a.yaml": text},
            tuple(f"manifests/a.yaml:{p}" for p in places),
        )
