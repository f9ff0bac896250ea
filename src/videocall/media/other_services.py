"""LiveKit's services that belong to other programs: known by name, and what to use instead."""

from __future__ import annotations

from livekit.protocol import (
    agent_dispatch,
    agent_simulation,
    cloud_agent,
    connector,
    egress,
    ingress,
    sip,
)

_INSTEAD = {
    "Egress": "this server does not record or stream out: let a client that joins hidden, with a"
    " token that has recorder, record what it receives",
    "Ingress": "this server takes no RTMP or WHIP: publish with a LiveKit client instead",
    "SIP": "this server has no telephony: join phone calls with a gateway that is a LiveKit client",
    "AgentDispatchService": "this server dispatches no agents: let an agent join with an access"
    " token of its own",
    "Connector": "this server connects to no other networks: bridge them with a LiveKit client",
    "CloudAgent": "agents are hosted by LiveKit Cloud only: run yours beside this server",
    "AgentSimulation": "simulations are run by LiveKit Cloud only",
}
_PROTOCOLS = (agent_dispatch, agent_simulation, cloud_agent, connector, egress, ingress, sip)
_METHODS = {
    service.name: frozenset(method.name for method in service.methods)
    for protocol in _PROTOCOLS
    for service in protocol.DESCRIPTOR.services_by_name.values()
}


def instead(service: str, method: str) -> str | None:
    """What to tell a caller of ``livekit.<service>/<method>``; None: there is no such method."""
    if method not in _METHODS.get(service, ()):
        return None
    words = _INSTEAD.get(service, "it is part of another program of LiveKit")
    return f"{service}/{method} is not offered: {words}"
