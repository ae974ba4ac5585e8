"""A client that uses a tenant at random and keeps a model of what it must find there.

Each turn is one request, valid or not, whose status the model foretells. Every client has objects of its own,
and one custom field of a contact that all of them change.
"""

from __future__ import annotations

from random import Random

from tests.emulator.processes import Client

CONTACTS, ACCOUNTS, GROUPS = "/contact/contacts", "/account/accounts", "/contact/contactGroups"
SHARED = "shared"
KEPT = 3

REFUSED: tuple[tuple[str, str, bytes, int], ...] = (
    ("POST", CONTACTS, b"{", 400),
    ("POST", CONTACTS, b'{"createContactDetails":{"account":7}}', 400),
    ("GET", f"{CONTACTS}?count=0&offset=0", b"", 400),
    ("GET", f"{CONTACTS}/nobody", b"", 404),
    ("PUT", f"{CONTACTS}/nobody", b"{}", 404),
    ("DELETE", f"{ACCOUNTS}/999999999", b"", 404),
    ("POST", f"{CONTACTS}/search?count=9&offset=0", b'{"search":{"field":"shoe","criteria":"9"}}', 400),
    ("PATCH", GROUPS, b"{}", 405),
    ("GET", "/contact/nowhere", b"", 404),
)


class TenantLife:
    """One client; `contacts` hold (first name, block) by account, the others names by id."""

    def __init__(self, client: Client, number: int) -> None:
        self._client = client
        self._number = number
        self._dice = Random(number)  # noqa: S311
        self._made = 0
        self.contacts: dict[str, tuple[str, str]] = {}
        self.accounts: dict[int, str] = {}
        self.groups: dict[int, str] = {}
        self.links: set[tuple[int, str]] = set()
        self.shared = ""

    def live(self, turns: int) -> None:
        """Send so many requests."""
        beginning = [self._create_contact, self._create_account, self._create_group]
        choices = {
            self._read_contact: 4,
            self._read_pages: 2,
            self._search: 3,
            self._create_contact: 3,
            self._create_account: 2,
            self._create_group: 1,
            self._update_contact: 3,
            self._update_account: 2,
            self._update_group: 1,
            self._update_shared: 2,
            self._delete_contact: 2,
            self._delete_account: 1,
            self._link: 2,
            self._unlink: 1,
            self._block: 2,
            self._bulk_create: 1,
            self._bulk_update: 1,
            self._bulk_block: 1,
            self._be_refused: 3,
        }
        rest = self._dice.choices(list(choices), list(choices.values()), k=turns - len(beginning))
        for act in (*beginning, *rest):
            act()

    def _expect(self, status: int, method: str, path: str, body: object = None) -> object:
        found, answer = self._client.send(method, path, body)
        assert found == status, (method, path, body, found, answer)
        return answer

    def _made_id(self, path: str, body: object) -> int:
        answer = self._expect(201, "POST", path, body)
        assert isinstance(answer, dict)
        return int(answer["id"])

    def _name(self) -> str:
        self._made += 1
        return f"{self._number:02d}-{self._made}"

    def _contact(self) -> str:
        return self._dice.choice(list(self.contacts))

    def _account(self) -> int:
        return self._dice.choice(list(self.accounts))

    def _read_contact(self) -> None:
        account = self._contact()
        answer = self._expect(200, "GET", f"{CONTACTS}/{account}")
        assert isinstance(answer, dict)
        details = answer["readContactDetails"]
        assert (details["person"]["firstName"], details["accountBlock"]) == self.contacts[account]

    def _read_pages(self) -> None:
        path = self._dice.choice((CONTACTS, ACCOUNTS, GROUPS))
        self._expect(200, "GET", f"{path}?count=20&offset={self._dice.randrange(50)}")

    def _search(self) -> None:
        account = self._contact()
        node = {"field": "account", "condition": "EQUALS", "criteria": account}
        answer = self._expect(200, "POST", f"{CONTACTS}/search?count=5&offset=0", {"search": node})
        assert isinstance(answer, dict)
        (found,) = answer["findMatchingContactsDetails"]
        assert found["person"]["firstName"] == self.contacts[account][0]

    def _create_contact(self) -> None:
        name = self._name()
        body = {"createContactDetails": {"account": name, "person": {"firstName": name}}}
        self._made_id(CONTACTS, body)
        self.contacts[name] = (name, "NONE")

    def _create_account(self) -> None:
        name = self._name()
        self.accounts[self._made_id(ACCOUNTS, {"name": name, "accountNumber": name})] = name

    def _create_group(self) -> None:
        name = self._name()
        self.groups[self._made_id(GROUPS, {"name": name})] = name

    def _update_contact(self) -> None:
        account, name = self._contact(), self._name()
        body = {"updateContactDetails": {"person": {"firstName": name}}}
        self._expect(204, "PUT", f"{CONTACTS}/{account}", body)
        self.contacts[account] = (name, self.contacts[account][1])

    def _update_account(self) -> None:
        account, name = self._account(), self._name()
        self._expect(204, "PUT", f"{ACCOUNTS}/{account}", {"name": name})
        self.accounts[account] = name

    def _update_group(self) -> None:
        group, name = self._dice.choice(list(self.groups)), self._name()
        self._expect(204, "PUT", f"{GROUPS}/{group}", {"name": name})
        self.groups[group] = name

    def _update_shared(self) -> None:
        self.shared = self._name()
        values = [{"field": f"COL{self._number + 1}", "value": self.shared}]
        self._expect(204, "PUT", f"{CONTACTS}/{SHARED}", {"updateContactDetails": {"customFields": values}})

    def _delete_contact(self) -> None:
        linked = {contact for _, contact in self.links}
        free = [account for account in self.contacts if account not in linked]
        if len(free) < KEPT:
            return self._create_contact()
        account = self._dice.choice(free)
        self._expect(204, "DELETE", f"{CONTACTS}/{account}")
        del self.contacts[account]
        return None

    def _delete_account(self) -> None:
        if len(self.accounts) < KEPT:
            return self._create_account()
        account = self._account()
        self._expect(204, "DELETE", f"{ACCOUNTS}/{account}")
        del self.accounts[account]
        self.links = {link for link in self.links if link[0] != account}
        return None

    def _link(self) -> None:
        account, contact = link = self._account(), self._contact()
        status = 409 if link in self.links else 204
        self._expect(status, "POST", f"{ACCOUNTS}/{account}/contacts", {"contactId": contact})
        self.links.add(link)

    def _unlink(self) -> None:
        account, contact = link = self._dice.choice([*sorted(self.links), (self._account(), self._contact())])
        status = 204 if link in self.links else 404
        self._expect(status, "DELETE", f"{ACCOUNTS}/{account}/contacts/{contact}")
        self.links.discard(link)

    def _block(self) -> None:
        account, block = self._contact(), self._dice.choice(("BOTH", "NONE"))
        self._expect(204, "PUT", f"{CONTACTS}/{account}/dnd", {"accountBlock": block})
        self.contacts[account] = (self.contacts[account][0], block)

    def _bulk_create(self) -> None:
        names = [self._name() for _ in range(3)]
        body = {"createContactDetails": [{"account": name, "person": {"firstName": name}} for name in names]}
        self._expect(200, "POST", f"{CONTACTS}/bulk", body)
        self.contacts |= {name: (name, "NONE") for name in names}

    def _bulk_update(self) -> None:
        changed = {self._contact(): self._name() for _ in range(3)}
        items = [{"account": account, "person": {"firstName": name}} for account, name in changed.items()]
        self._expect(204, "PUT", f"{CONTACTS}/bulk", {"updateContactDetails": items})
        self.contacts |= {account: (name, self.contacts[account][1]) for account, name in changed.items()}

    def _bulk_block(self) -> None:
        accounts = sorted({self._contact() for _ in range(3)})
        items = [{"account": account, "accountBlock": "BOTH"} for account in accounts]
        answer = self._expect(200, "POST", f"{CONTACTS}/dnd", {"contactDnd": items})
        assert answer == {"updated": len(accounts)}
        self.contacts |= {account: (self.contacts[account][0], "BOTH") for account in accounts}

    def _be_refused(self) -> None:
        method, path, body, status = self._dice.choice(REFUSED)
        found, answer = self._client.send(method, path, raw=body)
        assert found == status, (method, path, body, found, answer)
