"""Who acts: roles, and the person behind a request as services see it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", str)


class Role(StrEnum):
    """What a person may do; an administrator may do what a host may."""

    ADMIN = "admin"
    HOST = "host"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Actor:
    """The signed-in person behind a request."""

    user_id: UserId
    role: Role
    email: str
    name: str
    session_id: str

    @property
    def is_admin(self) -> bool:
        """Whether every account and room is theirs to see."""
        return self.role is Role.ADMIN

    @property
    def may_host(self) -> bool:
        """Whether they may open rooms."""
        return self.role in (Role.ADMIN, Role.HOST)
