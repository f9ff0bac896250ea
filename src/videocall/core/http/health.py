"""/health: live (the process answers), ready (it can serve), and every part with its latency."""

from __future__ import annotations

import msgspec
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import SkipValidation

from videocall import __version__
from videocall.core.health import Health, HealthChecks, Report

Checks = NamedDependency[SkipValidation[HealthChecks]]


class PartBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """The state of one part; latency in milliseconds."""

    status: Health
    latency_ms: float
    detail: str | None = None


class HealthBody(msgspec.Struct, frozen=True):
    """The state of the whole."""

    status: Health
    version: str
    parts: dict[str, PartBody]


_FAILING = {503: ResponseSpec(HealthBody, description="A part fails", generate_examples=False)}


def _answer(report: Report, *, failing: bool) -> Response[HealthBody]:
    parts = {
        part.name: PartBody(part.status, part.latency_ms, part.detail) for part in report.parts
    }
    return Response(
        HealthBody(report.status, __version__, parts),
        status_code=503 if failing else 200,
        headers={"Cache-Control": "no-store"},
    )


class HealthController(Controller):
    """Health of this process."""

    path = "/health"
    tags = ("health",)

    @get(operation_id="getHealth", responses=_FAILING)
    async def health(self, health_checks: Checks) -> Response[HealthBody]:
        """Every part with status and latency; 503 where one fails."""
        report = await health_checks.report()
        return _answer(report, failing=report.status is not Health.OK)

    @get("/live", operation_id="getLiveness", responses=_FAILING)
    async def live(self) -> Response[HealthBody]:
        """The process runs and answers."""
        return _answer(Report(Health.OK, ()), failing=False)

    @get("/ready", operation_id="getReadiness", responses=_FAILING)
    async def ready(self, health_checks: Checks) -> Response[HealthBody]:
        """Requests can be served: 503 only when a part that all of them need fails."""
        report = await health_checks.report()
        return _answer(report, failing=report.status is Health.FAILED)
