"""What clients that look for the nearest server are told: this one is all there is."""

from __future__ import annotations

from videocall.media.asgi import Scope, header


def region_settings(scope: Scope) -> dict[str, object]:
    """``livekit.RegionSettings`` as JSON, with the address that this request came to.

    A proxy in front that ends TLS says so in ``X-Forwarded-Proto``.
    """
    host = header(scope, b"host")
    proto = header(scope, b"x-forwarded-proto") or str(scope.get("scheme", "http"))
    secure = proto.split(",")[0].strip().lower() in ("https", "wss")
    url = f"{'wss' if secure else 'ws'}://{host}"
    regions = [{"region": "default", "url": url, "distance": "0"}] if host else []
    return {"regions": regions}
