"""Project files that are wrong, URLs that get no credentials, and files that cannot be used."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.input.case import PROJECT, SOUND, Case, Content, project, url

ENVIRONMENT = "version: 1\nenvironments: {a: {url: 'URL'}}\n"
BAD = "version: 1\ncontact_groups:\n  a: no\n"


def cases() -> Iterator[Case]:
    yield from project_files()
    yield from urls()
    yield from places()


def project_files() -> Iterator[Case]:
    for group, name, text, *found in [
        ("SCHEMA", "an empty project file", "", "1:1 empty-file"),
        ("SCHEMA", "a project file of comments", "# later\n", "1:1 empty-file"),
        ("SCHEMA", "a project file that is a list", "- a\n", "1:1 wrong-type"),
        ("SCHEMA", "a project file that is text", "hello\n", "1:1 wrong-type"),
        ("SCHEMA", "no environments", "version: 1\n", "1:1 missing-key"),
        ("SCHEMA", "empty environments", "version: 1\nenvironments: {}\n", "2:1 nothing-declared"),
        ("SCHEMA", "environments as a list", "version: 1\nenvironments: [a]\n", "2:15 wrong-type"),
        ("SCHEMA", "an environment without a URL", "version: 1\nenvironments: {a: {}}\n", "2:16 missing-key"),
        ("SCHEMA", "an environment that is a URL", "version: 1\nenvironments: {a: 'URL'}\n", "2:19 wrong-type"),
        ("SCHEMA", "a URL that is a number", "version: 1\nenvironments: {a: {url: 1}}\n", "2:25 unquoted"),
        ("SCHEMA", "a misspelled key of an environment", ENVIRONMENT.replace("url:", "ulr:"), "2:16 missing-key", "2:20 unknown-key"),
        ("SCHEMA", "an unknown key", ENVIRONMENT + "manifest: [a/]\n", "3:1 unknown-key"),
        ("SCHEMA", "manifests as text", ENVIRONMENT + "manifests: a/\n", "3:12 wrong-type"),
        ("SCHEMA", "manifests that are numbers", ENVIRONMENT + "manifests: [1]\n", "3:13 unquoted"),
        ("SCHEMA", "limits as a number", ENVIRONMENT + "limits: 3\n", "3:9 wrong-type"),
        ("SCHEMA", "an unknown limit", ENVIRONMENT + "limits: {max_delete: 3}\n", "3:10 unknown-key"),
        ("SCHEMA", "a limit as text", ENVIRONMENT + "limits: {max_deletes: many}\n", "3:23 wrong-type"),
        ("SCHEMA", "unlisted by kind, not by section", ENVIRONMENT + "unlisted: {contact_group: report}\n", "3:12 unknown-key"),
        ("SCHEMA", "variables as a list", ENVIRONMENT + "variables: [a]\n", "3:12 wrong-type"),
        ("SCHEMA", "ignore as text", ENVIRONMENT + "ignore: contact_group/x\n", "3:9 wrong-type"),
        ("SEC", "a token in the project file", ENVIRONMENT.replace("{url", "{access_token: abc, url"), "2:20 unknown-key"),
        ("SEC", "a password in the project file", ENVIRONMENT.replace("{url", "{password: abc, url"), "2:20 unknown-key"),
        ("SEC", "allowed hosts in the project file", ENVIRONMENT + "allowed_hosts: [evil.example]\n", "3:1 unknown-key"),
        ("SEC", "a URL from a variable", "version: 1\nenvironments: {a: {url: 'https://${var.host}'}}\n", "2:25 variable-here"),
        ("VALUE", "no version of a project file", "environments: {a: {url: 'URL'}}\n", "1:1 missing-key"),
        ("VALUE", "a version to come", ENVIRONMENT.replace("1", "2", 1), "1:10 bad-value"),
        ("VALUE", "a negative limit", ENVIRONMENT + "limits: {max_deletes: -1}\n", "3:23 bad-value"),
        ("VALUE", "an environment with a blank", ENVIRONMENT.replace("a:", "a b:"), "2:16 bad-address"),
        ("VALUE", "an environment with a slash", ENVIRONMENT.replace("a:", "a/b:"), "2:16 bad-address"),
        ("VALUE", "an environment with a line break", ENVIRONMENT.replace("a:", '"a\\n":'), "2:16 bad-address"),
        ("VALUE", "a mode that is none", ENVIRONMENT + "unlisted: {account_types: remove}\n", "3:27 bad-value"),
        ("VALUE", "a pattern without a kind", ENVIRONMENT + "ignore: ['tmp *']\n", "3:10 bad-pattern"),
        ("VALUE", "a pattern without a glob", ENVIRONMENT + "protect: [account_type/]\n", "3:11 bad-pattern"),
        ("VALUE", "a pattern with a section", ENVIRONMENT + "ignore: [contact_groups/x]\n", "3:10 unknown-kind"),
        ("VALUE", "an empty pattern", ENVIRONMENT + "ignore: ['']\n", "3:10 bad-pattern"),
        ("VALUE", "a variable with a dash", ENVIRONMENT + "variables: {a-b: {default: x}}\n", "3:13 bad-address"),
        ("VALUE", "a type that is none", ENVIRONMENT + "variables: {a: {type: float}}\n", "3:23 bad-value"),
        ("REF", "a default that is not there", ENVIRONMENT + "default_environment: b\n", "3:22 unknown-environment"),
        ("REF", "a variable that is not declared", ENVIRONMENT.replace("{url", "{variables: {x: 1}, url"), "2:32 undeclared-variable"),
        ("REF", "a variable of another type", ENVIRONMENT.replace("{url", "{variables: {x: 1}, url") + "variables: {x: {default: a}}\n", "2:35 wrong-type"),
        ("REF", "a default of another type", ENVIRONMENT + "variables: {x: {type: integer, default: a}}\n", "3:41 wrong-type"),
        ("REF", "a variable in a pattern", ENVIRONMENT + "ignore: ['contact_group/${var.x}']\n", "3:10 variable-here"),
        ("REF", "variables that need each other", ENVIRONMENT + "variables: {x: {default: '${var.z}'}, z: {default: '${var.x}'}}\n", "3:26 variable-here", "3:52 variable-here"),
        ("CLASH", "two environments with one set of variables", ENVIRONMENT.replace("{a: {url: 'URL'}}", "{a-b: {url: x}, a_b: {url: z}}"), "2:31 environment-clash"),
        ("CLASH", "two environments that capitals set apart", ENVIRONMENT.replace("{a: {url: 'URL'}}", "{a: {url: x}, A: {url: z}}"), "2:29 environment-clash"),
        ("POLICY", "contact groups made exclusive", ENVIRONMENT + "unlisted: {contact_groups: delete}\n", "3:28 cannot-delete"),
        ("POLICY", "custom fields made exclusive", ENVIRONMENT + "unlisted: {custom_fields: delete}\n", "3:27 cannot-delete"),
        ("POLICY", "emptying a kind in other words", ENVIRONMENT + "limits: {empty_kind: true}\n", "3:22 unquoted"),
        ("YAML", "a project file with a colon too many", "version: 1: 2\n", "1:11 yaml-syntax"),
        ("ENC", "a project file in UTF-16", ENVIRONMENT.encode("utf-16"), "1:1 not-utf8"),
        ("ENC", "a project file that is a picture", b"\x89PNG\r\n\x1a\n\0\0", "1:1 not-utf8"),
        ("DUPKEY", "an environment twice", "version: 1\nenvironments:\n  a: {url: x}\n  a: {url: z}\n", "4:3 duplicate-key"),
        ("DUPKEY", "a URL twice", "version: 1\nenvironments: {a: {url: x, url: z}}\n", "2:28 duplicate-key"),
        ("ALIAS", "an alias in the project file", "version: 1\nenvironments: {a: &a {url: x}, b: *a}\n", "2:19 alias", "2:35 alias"),
        ("TAG", "a tag in the project file", "version: 1\nenvironments: {a: {url: !env URL}}\n", "2:25 tag"),
        ("SCALAR", "no for an environment", "version: 1\nenvironments: {no: {url: x}}\n", "2:16 ambiguous-scalar"),
        ("LIMIT", "a project file without end", b"#" * ((16 << 20) + 1), "1:1 file-too-large"),
        ("FILE", "manifests outside", ENVIRONMENT + "manifests: [../x/]\n", "3:13 outside-project"),
        ("FILE", "manifests at the root", ENVIRONMENT + "manifests: [/etc/]\n", "3:13 outside-project"),
        ("FILE", "manifests in a home", ENVIRONMENT + "manifests: ['~/x']\n", "3:13 no-manifest"),
        ("FILE", "manifests on a drive", ENVIRONMENT + "manifests: ['C:/x']\n", "3:13 outside-project"),
        ("FILE", "manifests with backslashes", ENVIRONMENT + "manifests: ['x\\y']\n", "3:13 outside-project"),
        ("FILE", "manifests on a share", ENVIRONMENT + "manifests: ['\\\\host\\x']\n", "3:13 outside-project"),
        ("FILE", "manifests by way of outside", ENVIRONMENT + "manifests: [manifests/../../x]\n", "3:13 outside-project"),
        ("FILE", "manifests that are not there", ENVIRONMENT + "manifests: [nowhere/]\n", "3:13 no-manifest"),
        ("FILE", "a glob that finds nothing", ENVIRONMENT + "manifests: ['**/*.json']\n", "3:13 no-manifest"),
        ("FILE", "a glob with a bracket left open", ENVIRONMENT + "manifests: ['[a']\n", "3:13 no-manifest"),
        ("FILE", "a glob with its range turned round", ENVIRONMENT + "manifests: ['[z-a].yaml']\n", "3:13 no-manifest"),
        ("FILE", "an empty path", ENVIRONMENT + "manifests: ['']\n", "3:13 blank"),
        ("FILE", "a path with a zero byte", ENVIRONMENT + 'manifests: ["a\\0b"]\n', "3:13 no-manifest"),
        ("FILE", "a manifest that is a note", ENVIRONMENT + "manifests: [manifests/a.txt]\n", "3:13 no-manifest"),
        ("FILE", "an empty list of manifests", ENVIRONMENT + "manifests: []\n", "3:12 bad-value"),
    ]:  # fmt: skip
        yield project(str(group), str(name), text, *map(str, found))


def urls() -> Iterator[Case]:
    for name, written in [
        ("another host", "https://evil.example"),
        ("the vendor's name as a prefix", "https://livevox.com.evil.example"),
        ("the vendor's name as a suffix of a word", "https://evillivevox.com"),
        ("the vendor's name with a dash", "https://evil-livevox.com"),
        ("the vendor's name as a path", "https://evil.example/livevox.com"),
        ("the vendor's name as a user", "https://api.livevox.com@evil.example"),
        ("the vendor's name as user and password", "https://api.livevox.com:443@evil.example"),
        ("a user name", "https://ann@api.livevox.com"),
        ("a user name and a password", "https://ann:secret@api.livevox.com"),
        ("an empty user name", "https://@api.livevox.com"),
        ("a fragment", "https://evil.example#.livevox.com"),
        ("a query", "https://evil.example?.livevox.com"),
        ("a path", "https://api.livevox.com/v1"),
        ("a path that goes up", "https://api.livevox.com/../x"),
        ("another port", "https://api.livevox.com:8443"),
        ("port zero", "https://api.livevox.com:0"),
        ("a port beyond all", "https://api.livevox.com:65536"),
        ("a port that is a word", "https://api.livevox.com:https"),
        ("a negative port", "https://api.livevox.com:-1"),
        ("plain http", "http://api.livevox.com"),
        ("plain http on the network next door", "http://192.168.1.10"),
        ("a backslash before the host", "'https:\\\\evil.example'"),
        ("a backslash behind the host", "'https://evil.example\\.livevox.com'"),
        ("a backslash and an at sign", "'https://api.livevox.com\\@evil.example'"),
        ("one slash", "'https:/evil.example'"),
        ("three slashes", "https:///evil.example"),
        ("no scheme", "evil.example"),
        ("only slashes", "'//evil.example'"),
        ("another scheme", "ftp://api.livevox.com"),
        ("a file", "file:///etc/passwd"),
        ("javascript", "'javascript:alert(1)'"),
        ("a line break", '"https://evil.example\\n.livevox.com"'),
        ("a tab", '"https://api.live\\tvox.com"'),
        ("a blank before", "' https://api.livevox.com'"),
        ("a zero byte", '"https://evil.example\\0.livevox.com"'),
        ("a Cyrillic letter", "https://api.l\u0456vevox.com"),
        ("full width letters", "https://api.\uff4civevox.com"),
        ("an ideographic full stop", "https://evil.example\u3002livevox.com"),
        ("an invisible character", '"https://api.livevox.com\\u200b"'),
        ("a right to left override", '"https://\\u202emoc.xovevil.ipa"'),
        ("a percent sign in the host", "https://evil.example%2elivevox.com"),
        ("an encoded slash", "https://evil.example%2f.livevox.com"),
        ("IPv6 that is not loopback", "'https://[2001:db8::1]'"),
        ("IPv6 of any address", "'https://[::]'"),
        ("IPv4 in IPv6", "'https://[::ffff:203.0.113.5]'"),
        ("an IPv6 zone", "'https://[fe80::1%25eth0]'"),
        ("an IPv6 bracket left open", "'https://[::1'"),
        ("any address", "https://0.0.0.0"),
        ("an address as one number", "https://2130706433"),
        ("an address in octal", "https://0177.0.0.1"),
        ("a short address", "https://127.1"),
        ("metadata of a cloud", "https://169.254.169.254"),
        ("a host that begins like loopback", "https://localhost.evil.example"),
        ("an address that begins like loopback", "https://127.0.0.1.evil.example"),
        ("a trailing dot behind another host", "https://livevox.com.evil.example."),
        ("two dots", "https://api..evil.example"),
        ("capitals", "HTTPS://EVIL.EXAMPLE"),
        ("nothing", "'x'"),
        ("a wildcard", "'https://*.livevox.com.example'"),
        ("an emulator elsewhere", "'emulator://evil.example'"),
    ]:  # fmt: skip
        yield url("SEC", name, written)


def places() -> Iterator[Case]:
    def link(target: str) -> Callable[[Path], None]:
        return lambda path: path.symlink_to(target)

    def listen(path: Path) -> None:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path is short
        try:
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(path.name)
        finally:
            os.chdir(here)

    inside = {"manifests/z.yaml": BAD}
    for name, content, *found in [
        ("a link out of the project", link("/etc/hostname"), "outside-project"),
        ("a link to nothing", link("nothing"), "not-a-file"),
        ("a link to itself", link("a.yaml"), "not-a-file"),
        ("a link to the environment of a process", link("/proc/self/environ"), "outside-project"),
        ("a link to a device", link("/dev/zero"), "outside-project"),
        ("a named pipe", os.mkfifo, "not-a-file"),
        ("a socket", listen, "not-a-file"),
        ("a link to a folder outside", link("/etc"), "outside-project"),
    ]:
        yield Case("FILE", f"{name} for a manifest", {"manifests/a.yaml": content, **inside},
                   ("lvstate.yaml:1:1 " + found[0], "manifests/z.yaml:3:6 ambiguous-scalar"))  # fmt: skip
    for name, content in [
        ("a link out of the project", link("/etc/hostname")),
        ("a link to nothing", link("nothing")),
        ("a named pipe", os.mkfifo),
        ("a folder", Path.mkdir),
        ("a socket", listen),
        ("a link to a device", link("/dev/full")),
    ]:
        yield Case(
            "FILE",
            f"{name} for a project file",
            {"lvstate.yaml": content, "manifests/a.yaml": SOUND},
            ("- no-project",),
        )
    yield Case("FILE", "no project file", {"lvstate.yaml": lambda _: None}, ("- no-project",))
    yield Case(
        "FILE",
        "a project file of another ending",
        {"lvstate.yaml": lambda _: None, "lvstate.yml": PROJECT},
        ("- no-project",),
        about="Rename",
    )
    yield Case("FILE", "no folder of manifests", {}, ("lvstate.yaml:1:1 no-manifest",))
    yield Case(
        "FILE", "an empty folder of manifests", {"manifests": Path.mkdir}, ("lvstate.yaml:1:1 no-manifest",)
    )
    yield Case(
        "FILE", "only hidden manifests", {"manifests/.a.yaml": SOUND}, ("lvstate.yaml:1:1 no-manifest",)
    )
    yield Case(
        "FILE",
        "manifests in a hidden folder",
        {"manifests/.d/a.yaml": SOUND},
        ("lvstate.yaml:1:1 no-manifest",),
    )
    yield Case(
        "FILE",
        "a near miss",
        {"manifests/a.yaml.bak": SOUND},
        ("lvstate.yaml:1:1 [passed-over]", "lvstate.yaml:1:1 no-manifest"),
    )
    yield Case(
        "FILE",
        "an ending in capitals",
        {"manifests/a.YAML": SOUND},
        ("lvstate.yaml:1:1 [passed-over]", "lvstate.yaml:1:1 no-manifest"),
    )
    yield Case(
        "FILE", "a file for the folder of manifests", {"manifests": SOUND}, ("lvstate.yaml:1:1 not-yaml",)
    )
    yield Case(
        "FILE",
        "a linked folder of manifests",
        {"real/a.yaml": SOUND, "manifests": link("real")},
        ("lvstate.yaml:1:1 linked-folder",),
    )
    yield Case("FILE", "a linked folder within", {"manifests/z.yaml": BAD, "manifests/l": link("..")},
               ("lvstate.yaml:1:1 linked-folder", "manifests/z.yaml:3:6 ambiguous-scalar"))  # fmt: skip
    yield Case(
        "FILE",
        "a folder that ends in .yaml",
        {"manifests/d.yaml/a.yaml": BAD},
        ("manifests/d.yaml/a.yaml:3:6 ambiguous-scalar",),
    )
    yield Case(
        "FILE",
        "a file name with a line break",
        {"manifests/a\nb.yaml": SOUND},
        ("lvstate.yaml:1:1 bad-file-name",),
    )
    yield Case(
        "FILE",
        "a file name with an escape",
        {"manifests/a\x1b[31m.yaml": SOUND},
        ("lvstate.yaml:1:1 bad-file-name",),
    )
    yield Case(
        "FILE",
        "a file name that is no text",
        {os.fsdecode(b"manifests/\xff.yaml"): SOUND},
        ("lvstate.yaml:1:1 bad-file-name",),
    )
    yield Case(
        "FILE",
        "a file name with an override",
        {"manifests/\u202elmay.yaml": SOUND},
        ("lvstate.yaml:1:1 bad-file-name",),
    )
    unreadable: dict[str, Content] = {
        "manifests/a.yaml": lambda path: path.touch(0),
        **inside,
    }
    if os.geteuid() != 0:
        yield Case(
            "FILE",
            "a manifest that may not be read",
            unreadable,
            ("manifests/a.yaml:1:1 unreadable", "manifests/z.yaml:3:6 ambiguous-scalar"),
        )
