"""HTTP of the users domain: parse, call the service, answer."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from litestar import Controller, Response, get, patch, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter, SkipValidation

from videocall.core.access import UserId
from videocall.core.http.actors import SECURED, SignedIn
from videocall.core.http.problems import AnyRequest, problems
from videocall.core.paging import DEFAULT_LIMIT, PageRequest
from videocall.users.errors import OriginMismatch, RefreshInvalid
from videocall.users.interfaces import Accounts, SessionCookie, Sessions, Setup, SignedInTokens
from videocall.users.schema import (
    LoginBody,
    ProfileBody,
    RefreshBody,
    RegisterBody,
    RoleBody,
    SessionKind,
    SetupBody,
    SetupState,
    Tokens,
    UserBody,
    UserPage,
)

AccountsDoor = NamedDependency[SkipValidation[Accounts]]
SessionsDoor = NamedDependency[SkipValidation[Sessions]]
SetupDoor = NamedDependency[SkipValidation[Setup]]
CookieRules = NamedDependency[SkipValidation[SessionCookie]]

PATH = "/users"
COOKIE = "videocall_refresh"


class SetupController(Controller):
    """The first administrator."""

    path = f"{PATH}/setup"
    tags = ("users",)

    @get(operation_id="getSetup")
    async def state(self, setup: SetupDoor) -> SetupState:
        """Whether there is no administrator yet."""
        return SetupState(needed=await setup.needed())

    @post(operation_id="completeSetup", responses=problems(403, 409, 422))
    async def complete(
        self,
        data: JSONBody[SetupBody],
        setup: SetupDoor,
        sessions: SessionsDoor,
        session_cookie: CookieRules,
    ) -> Response[Tokens]:
        """Make the first administrator with the token of the one-time link, and sign in."""
        user = await setup.complete(data.token, data.account())
        tokens = await sessions.open_session(user.id)
        return _signed_in(tokens, data.session, session_cookie, status=201)


class SessionController(Controller):
    """Signing in and out."""

    path = PATH
    tags = ("users",)

    @post("/login", status_code=200, operation_id="login", responses=problems(401, 422))
    async def login(
        self, data: JSONBody[LoginBody], sessions: SessionsDoor, session_cookie: CookieRules
    ) -> Response[Tokens]:
        """Begin a session."""
        tokens = await sessions.login(data.email, data.password)
        return _signed_in(tokens, data.session, session_cookie)

    @post("/refresh", status_code=200, operation_id="refresh", responses=problems(401, 403, 422))
    async def refresh(
        self,
        request: AnyRequest,
        sessions: SessionsDoor,
        session_cookie: CookieRules,
        data: JSONBody[RefreshBody | None] = None,
    ) -> Response[Tokens]:
        """Replace a refresh token, from the body or the cookie, by a new one."""
        token, kind = _presented(request, data, session_cookie)
        if token is None:
            raise RefreshInvalid
        return _signed_in(await sessions.refresh(token), kind, session_cookie)

    @post("/logout", status_code=204, operation_id="logout", responses=problems(403, 422))
    async def logout(
        self,
        request: AnyRequest,
        sessions: SessionsDoor,
        session_cookie: CookieRules,
        data: JSONBody[RefreshBody | None] = None,
    ) -> Response[None]:
        """End the session of the refresh token in the body or the cookie."""
        token, kind = _presented(request, data, session_cookie)
        if token is not None:
            await sessions.logout(token)
        cookies = [_cookie("", session_cookie, max_age=0)] if kind == "cookie" else []
        return Response(None, status_code=204, cookies=cookies)


class AccountController(Controller):
    """Accounts."""

    path = PATH
    tags = ("users",)

    @post("/register", operation_id="register", responses=problems(409, 422))
    async def register(self, data: JSONBody[RegisterBody], accounts: AccountsDoor) -> UserBody:
        """Make a customer's account."""
        return UserBody.of(await accounts.register(data.account()))

    @get("/profile", operation_id="getProfile", security=SECURED, responses=problems(401))
    async def profile(self, actor: SignedIn, accounts: AccountsDoor) -> UserBody:
        """One's own account."""
        return UserBody.of(await accounts.profile(actor))

    @patch("/profile", operation_id="updateProfile", security=SECURED, responses=problems(401, 422))
    async def update_profile(
        self, data: JSONBody[ProfileBody], actor: SignedIn, accounts: AccountsDoor
    ) -> UserBody:
        """Change name or language."""
        return UserBody.of(await accounts.update_profile(actor, data.name, data.locale))

    @get(operation_id="listUsers", security=SECURED, responses=problems(401, 403, 422))
    async def list_users(
        self,
        actor: SignedIn,
        accounts: AccountsDoor,
        limit: FromQuery[int] = DEFAULT_LIMIT,
        cursor: FromQuery[str | None] = None,
        search: Annotated[str, QueryParameter(max_length=200)] = "",
    ) -> UserPage:
        """All accounts, newest first; for administrators."""
        page = await accounts.list_users(actor, PageRequest.parse(limit, cursor), search)
        return UserPage([UserBody.of(user) for user in page.items], page.next_cursor)

    @patch(
        "/{user_id:str}",
        operation_id="changeRole",
        security=SECURED,
        responses=problems(401, 403, 404, 409, 422),
    )
    async def change_role(
        self,
        user_id: FromPath[str],
        data: JSONBody[RoleBody],
        actor: SignedIn,
        accounts: AccountsDoor,
    ) -> UserBody:
        """Give somebody another role; for administrators."""
        return UserBody.of(await accounts.change_role(actor, UserId(user_id), data.role))


CONTROLLERS = (SetupController, SessionController, AccountController)


def _signed_in(
    tokens: SignedInTokens, kind: SessionKind, rules: SessionCookie, status: int = 200
) -> Response[Tokens]:
    cookies = [_cookie(tokens.refresh_token, rules, rules.max_age)] if kind == "cookie" else []
    headers = {"Cache-Control": "no-store"}
    return Response(Tokens.of(tokens, kind), status_code=status, cookies=cookies, headers=headers)


def _cookie(value: str, rules: SessionCookie, max_age: int) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=value,
        path=rules.path,
        max_age=max_age,
        secure=rules.secure,
        httponly=True,
        samesite="strict",
    )


def _presented(
    request: AnyRequest, data: RefreshBody | None, rules: SessionCookie
) -> tuple[str | None, SessionKind]:
    if data is not None and data.refresh_token is not None:
        return data.refresh_token, "token"
    from_cookie = request.cookies.get(COOKIE)
    if from_cookie is None:
        return None, "cookie"
    origin = request.headers.get("origin")
    if not _is_own_origin(origin, request.headers.get("host", ""), rules.public_origin):
        raise OriginMismatch
    return from_cookie, "cookie"


def _is_own_origin(origin: str | None, host: str, public_origin: str) -> bool:
    if not origin:
        return False
    # Of the address that was asked for only the host is known for sure: a proxy may add the TLS.
    return origin == public_origin or (host != "" and urlsplit(origin).netloc == host)
