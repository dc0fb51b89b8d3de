"""Planning and running actions against a project that can be changed, in process."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.actions.action import Action, Values
from store.actions.audit import Audit
from store.actions.catalogue import action_named
from store.actions.plan import Plan, make_plan
from store.actions.running import Outcome, run
from store.api.actions import WritePermission, permit
from store.api.client import ApiClient, Credentials
from store.wire import Request, Responder, Response
from tests.support.sandbox_asking import KEYS
from tests.support.writing import Writer

ALLOWED = permit("test", profile_allows=True, asked_for=True)


def named(kind: str, name: str) -> Action:
    """An action that must be there."""
    action = action_named(kind, name)
    assert action is not None
    return action


@dataclass
class Actor:
    """Somebody who acts on a project; what they send is kept, but for what only reads."""

    project: Writer
    folder: Path
    sent: list[Request] = field(default_factory=list)

    @property
    def audit(self) -> Audit:
        """Of this folder."""
        return Audit(self.folder / "project.db", "test")

    def plan(self, action: Action, record: str, values: Values, respond: Responder | None = None) -> Plan:
        """What would be sent."""
        return asyncio.run(self._plan(action, record, values, respond or self.project.respond))

    def run(
        self,
        plan: Plan,
        respond: Responder | None = None,
        keys: dict[str, str] = KEYS,
        permission: WritePermission | None = ALLOWED,
    ) -> Outcome:
        """Send it."""
        return asyncio.run(self._run(plan, respond or self.project.respond, keys, permission))

    def act(
        self, action: Action, record: str, values: Values, respond: Responder | None = None
    ) -> tuple[Plan, Outcome]:
        """Plan and send, each by the same responder."""
        plan = self.plan(action, record, values, respond)
        return plan, self.run(plan, respond)

    async def _plan(self, action: Action, record: str, values: Values, respond: Responder) -> Plan:
        async with self._client(respond, KEYS, ALLOWED) as client:
            return await make_plan(client, action, record, values)

    async def _run(
        self, plan: Plan, respond: Responder, keys: dict[str, str], permission: WritePermission | None
    ) -> Outcome:
        def noting(request: Request) -> Response:
            if request.method != "GET":
                self.sent.append(request)
            return respond(request)

        async with self._client(noting, keys, permission) as client:
            return await run(client, plan, self.audit)

    def _client(self, respond: Responder, keys: dict[str, str], permission: WritePermission | None) -> ApiClient:
        credentials = Credentials("https://api.example.test", keys["x-app-id"], keys["x-app-token"])
        return ApiClient(credentials, clock=self.project.clock, responder=respond, permission=permission, retries=1)


def document(project: Writer, action: Action, record: str) -> dict[str, Any]:
    """The record of an action as it is now; empty for one that is gone.

    Without the instant of its last change, and of the assignments of rules nothing but the rules.
    """
    holder, _, part = record.partition("/")
    path = action.read_path.replace("{campaign}", holder).replace("{card}", holder)
    if action.is_listed:
        found = next((one for one in project.rows(path, ("limit", "100")) if one["id"] == part), {})
    else:
        found = project.get(path.replace("{id}", part or record))
    rules = ("validation_rules_assignments", "validation_rule_assignments")
    held = {
        name: sorted(one["rule_id"] for one in found[name]["data"]) for name in rules if found.get(name, {}).get("data")
    }
    found = {name: value for name, value in found.items() if name not in rules}
    return {name: value for name, value in {**found, **held}.items() if name != "updated_at"}
