//! The engine's values to the dataclasses of `videocall.media.engine`.

use std::time::Duration;

use engine_core::TransportReport;
use engine_core::sdp::{MediaKind, OfferedSection};
use engine_net::{Activity, EngineError, EngineEvent, EngineStats};
use pyo3::exceptions::{PyKeyError, PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyTuple, PyType};

const PORT: &str = "videocall.media.engine";

/// The classes of the port, looked up once.
pub(crate) struct Types {
    media_kind: Py<PyType>,
    offered_section: Py<PyType>,
    stats: Py<PyType>,
    activity: Py<PyType>,
    connected: Py<PyType>,
    failed: Py<PyType>,
    channels_open: Py<PyType>,
    track_started: Py<PyType>,
    track_layers: Py<PyType>,
    speakers: Py<PyType>,
    stream_states: Py<PyType>,
    transport_report: Py<PyType>,
    server_data: Py<PyType>,
}

impl Types {
    pub(crate) fn get(py: Python<'_>) -> PyResult<&Self> {
        static TYPES: PyOnceLock<Types> = PyOnceLock::new();
        TYPES.get_or_try_init(py, || Self::import(py))
    }

    fn import(py: Python<'_>) -> PyResult<Self> {
        let port = py.import(PORT)?;
        let class = |name: &str| -> PyResult<Py<PyType>> {
            Ok(port.getattr(name)?.cast_into::<PyType>()?.unbind())
        };
        Ok(Self {
            media_kind: class("MediaKind")?,
            offered_section: class("OfferedSection")?,
            stats: class("EngineStats")?,
            activity: class("Activity")?,
            connected: class("TransportConnected")?,
            failed: class("TransportFailed")?,
            channels_open: class("DataChannelsOpen")?,
            track_started: class("TrackStarted")?,
            track_layers: class("TrackLayers")?,
            speakers: class("Speakers")?,
            stream_states: class("StreamStates")?,
            transport_report: class("TransportReport")?,
            server_data: class("ServerData")?,
        })
    }
}

pub(crate) fn error(error: &EngineError) -> PyErr {
    let text = error.to_string();
    match error {
        EngineError::Unknown(_) => PyKeyError::new_err(text),
        EngineError::Invalid(_) => PyValueError::new_err(text),
        EngineError::Closed => PyRuntimeError::new_err(text),
        EngineError::Failed(_) => PyOSError::new_err(text),
    }
}

pub(crate) fn event<'py>(py: Python<'py>, event: EngineEvent) -> PyResult<Bound<'py, PyAny>> {
    let types = Types::get(py)?;
    match event {
        EngineEvent::TransportConnected { transport } => {
            types.connected.bind(py).call1((transport,))
        }
        EngineEvent::TransportFailed { transport, reason } => {
            types.failed.bind(py).call1((transport, reason.as_str()))
        }
        EngineEvent::DataChannelsOpen { transport } => {
            types.channels_open.bind(py).call1((transport,))
        }
        EngineEvent::TrackStarted { track, codec } => {
            types.track_started.bind(py).call1((track, codec))
        }
        EngineEvent::TrackLayers { track, alive } => types
            .track_layers
            .bind(py)
            .call1((track, PyTuple::new(py, alive)?)),
        EngineEvent::Speakers { room, levels } => types
            .speakers
            .bind(py)
            .call1((room, PyTuple::new(py, levels)?)),
        EngineEvent::StreamStates { transport, states } => types
            .stream_states
            .bind(py)
            .call1((transport, PyTuple::new(py, states)?)),
        EngineEvent::ServerData {
            room,
            participant,
            packet,
        } => types
            .server_data
            .bind(py)
            .call1((room, participant, PyBytes::new(py, &packet))),
    }
}

pub(crate) fn offered<'py>(
    py: Python<'py>,
    section: OfferedSection,
) -> PyResult<Bound<'py, PyAny>> {
    let types = Types::get(py)?;
    let kind = match section.kind {
        MediaKind::Audio => "AUDIO",
        MediaKind::Video => "VIDEO",
        MediaKind::Data => "DATA",
    };
    let fields = PyDict::new(py);
    fields.set_item("mid", section.mid)?;
    fields.set_item("kind", types.media_kind.bind(py).getattr(kind)?)?;
    fields.set_item("client_sends", section.client_sends)?;
    fields.set_item("client_receives", section.client_receives)?;
    fields.set_item("msid_stream", section.msid_stream)?;
    fields.set_item("msid_track", section.msid_track)?;
    fields.set_item("rids", PyTuple::new(py, section.rids)?)?;
    fields.set_item("codecs", PyTuple::new(py, section.codecs)?)?;
    types.offered_section.bind(py).call((), Some(&fields))
}

pub(crate) fn activity<'py>(py: Python<'py>, activity: Activity) -> PyResult<Bound<'py, PyAny>> {
    let milliseconds =
        |age: Option<Duration>| age.map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX));
    let ages = (
        milliseconds(activity.media),
        milliseconds(activity.data),
        milliseconds(activity.connectivity),
    );
    Types::get(py)?.activity.bind(py).call1(ages)
}

pub(crate) fn stats<'py>(py: Python<'py>, stats: &EngineStats) -> PyResult<Bound<'py, PyAny>> {
    let cpu_ns = u64::try_from(stats.engine_cpu.as_nanos()).unwrap_or(u64::MAX);
    let fields = PyDict::new(py);
    for (name, value) in [
        ("rooms", stats.rooms),
        ("participants", stats.participants),
        ("transports", stats.transports),
        ("tracks", stats.tracks),
        ("subscriptions", stats.subscriptions),
        ("packets_in", stats.packets_in),
        ("packets_out", stats.packets_out),
        ("bytes_in", stats.bytes_in),
        ("bytes_out", stats.bytes_out),
        ("packets_dropped", stats.packets_dropped),
        ("packets_limited", stats.packets_limited),
        ("connections_refused", stats.connections_refused),
        ("packets_lost_in", stats.packets_lost_in),
        ("packets_recovered", stats.packets_recovered),
        ("retransmitted", stats.retransmitted),
        ("nacks_in", stats.nacks_in),
        ("nacks_out", stats.nacks_out),
        ("plis_in", stats.plis_in),
        ("plis_out", stats.plis_out),
        ("engine_cpu_ns", cpu_ns),
    ] {
        fields.set_item(name, value)?;
    }
    Types::get(py)?.stats.bind(py).call((), Some(&fields))
}

pub(crate) fn transport_report<'py>(
    py: Python<'py>,
    report: &TransportReport,
) -> PyResult<Bound<'py, PyAny>> {
    let fields = PyDict::new(py);
    fields.set_item("rtt_ms", report.rtt_ms)?;
    fields.set_item("loss_out", report.loss_out)?;
    fields.set_item("loss_in", report.loss_in)?;
    fields.set_item("jitter_in_ms", report.jitter_in_ms)?;
    fields.set_item("sent_bps", report.sent_bps)?;
    fields.set_item("received_bps", report.received_bps)?;
    fields.set_item("estimate_bps", report.estimate_bps)?;
    fields.set_item("paused", report.paused)?;
    let class = Types::get(py)?.transport_report.bind(py);
    class.call((), Some(&fields))
}
