//! The class `Engine`: the protocol of the same name in `videocall.media.engine`.

use engine_core::SubscriptionSettings;
use engine_net::EngineError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};

use crate::input::{self, HandleArg};
use crate::output;

/// The media engine. Methods are thread-safe and never wait for the network.
///
/// Unknown handles raise KeyError, bad input ValueError; a closed engine raises RuntimeError, and
/// OSError tells that the system refused something (the port is taken).
#[pyclass(frozen, module = "videocall.media._engine")]
pub(crate) struct Engine(engine_net::Engine);

impl Engine {
    /// Call into the engine without the GIL.
    fn call<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&engine_net::Engine) -> Result<T, EngineError> + Send,
    ) -> PyResult<T> {
        py.detach(|| work(&self.0))
            .map_err(|error| output::error(&error))
    }
}

#[pymethods]
impl Engine {
    #[new]
    fn new(py: Python<'_>, config: &Bound<'_, PyAny>) -> PyResult<Self> {
        let config = input::config(config)?;
        output::Types::get(py)?;
        let engine = py.detach(|| engine_net::Engine::open(&config));
        engine.map(Self).map_err(|error| output::error(&error))
    }

    #[getter]
    fn port(&self) -> u16 {
        self.0.port()
    }

    #[getter]
    fn tcp_port(&self) -> Option<u16> {
        self.0.tcp_port()
    }

    fn close(&self, py: Python<'_>) {
        py.detach(|| self.0.close());
    }

    fn event_fd(&self) -> i32 {
        self.0.event_fd()
    }

    fn drain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let events = self.call(py, engine_net::Engine::drain)?;
        let list = PyList::empty(py);
        for event in events {
            list.append(output::event(py, event)?)?;
        }
        Ok(list)
    }

    fn open_room(&self, py: Python<'_>, room: HandleArg) -> PyResult<()> {
        self.call(py, |engine| engine.open_room(room.0))
    }

    fn set_playout_delay(
        &self,
        py: Python<'_>,
        room: HandleArg,
        min_ms: u32,
        max_ms: u32,
    ) -> PyResult<()> {
        self.call(py, |engine| {
            engine.set_playout_delay(room.0, min_ms, max_ms)
        })
    }

    fn close_room(&self, py: Python<'_>, room: HandleArg) -> PyResult<()> {
        self.call(py, |engine| engine.close_room(room.0))
    }

    fn add_participant(
        &self,
        py: Python<'_>,
        room: HandleArg,
        participant: HandleArg,
        sid: String,
        identity: String,
        can_publish_data: bool,
    ) -> PyResult<()> {
        self.call(py, |engine| {
            engine.add_participant(room.0, participant.0, sid, identity, can_publish_data)
        })
    }

    fn set_can_publish_data(
        &self,
        py: Python<'_>,
        participant: HandleArg,
        allowed: bool,
    ) -> PyResult<()> {
        self.call(py, |engine| {
            engine.set_can_publish_data(participant.0, allowed)
        })
    }

    fn activity<'py>(
        &self,
        py: Python<'py>,
        participant: HandleArg,
    ) -> PyResult<Bound<'py, PyAny>> {
        let activity = self.call(py, |engine| engine.activity(participant.0))?;
        output::activity(py, activity)
    }

    fn remove_participant(&self, py: Python<'_>, participant: HandleArg) -> PyResult<()> {
        self.call(py, |engine| engine.remove_participant(participant.0))
    }

    fn add_transport(
        &self,
        py: Python<'_>,
        participant: HandleArg,
        transport: HandleArg,
        role: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let role = input::role(role)?;
        self.call(py, |engine| {
            engine.add_transport(participant.0, transport.0, role)
        })
    }

    fn remove_transport(&self, py: Python<'_>, transport: HandleArg) -> PyResult<()> {
        self.call(py, |engine| engine.remove_transport(transport.0))
    }

    fn read_offer<'py>(&self, py: Python<'py>, sdp: &str) -> PyResult<Bound<'py, PyList>> {
        let sections = self.call(py, |engine| engine.read_offer(sdp))?;
        let list = PyList::empty(py);
        for section in sections {
            list.append(output::offered(py, section)?)?;
        }
        Ok(list)
    }

    fn answer(
        &self,
        py: Python<'_>,
        transport: HandleArg,
        sdp: &str,
        publish: Vec<Bound<'_, PyAny>>,
        send: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<String> {
        let (publish, send) = (input::publish(publish)?, input::send(send)?);
        self.call(py, |engine| {
            engine.answer(transport.0, sdp, &publish, &send)
        })
    }

    #[pyo3(signature = (transport, send, ice_restart=false))]
    fn offer(
        &self,
        py: Python<'_>,
        transport: HandleArg,
        send: Vec<Bound<'_, PyAny>>,
        ice_restart: bool,
    ) -> PyResult<String> {
        let send = input::send(send)?;
        self.call(py, |engine| engine.offer(transport.0, &send, ice_restart))
    }

    fn accept_answer(&self, py: Python<'_>, transport: HandleArg, sdp: &str) -> PyResult<()> {
        self.call(py, |engine| engine.accept_answer(transport.0, sdp))
    }

    fn add_candidate(&self, py: Python<'_>, transport: HandleArg, candidate: &str) -> PyResult<()> {
        self.call(py, |engine| engine.add_candidate(transport.0, candidate))
    }

    fn set_track_muted(&self, py: Python<'_>, track: HandleArg, muted: bool) -> PyResult<()> {
        self.call(py, |engine| engine.set_track_muted(track.0, muted))
    }

    fn unpublish(&self, py: Python<'_>, track: HandleArg) -> PyResult<()> {
        self.call(py, |engine| engine.unpublish(track.0))
    }

    #[pyo3(signature = (transport, track, enabled, max_quality=2, max_fps=0, priority=0))]
    #[expect(clippy::too_many_arguments, reason = "the arguments are the port's")]
    fn set_subscription(
        &self,
        py: Python<'_>,
        transport: HandleArg,
        track: HandleArg,
        enabled: bool,
        max_quality: i64,
        max_fps: i64,
        priority: i64,
    ) -> PyResult<()> {
        let settings = SubscriptionSettings {
            enabled,
            max_quality: input::max_quality(max_quality)?,
            max_fps: input::max_fps(max_fps)?,
            priority: input::priority(priority)?,
        };
        self.call(py, |engine| {
            engine.set_subscription(transport.0, track.0, settings)
        })
    }

    fn request_keyframe(&self, py: Python<'_>, track: HandleArg) -> PyResult<()> {
        self.call(py, |engine| engine.request_keyframe(track.0))
    }

    #[pyo3(signature = (room, kind, packet, to=None))]
    fn send_data(
        &self,
        py: Python<'_>,
        room: HandleArg,
        kind: &Bound<'_, PyAny>,
        packet: &Bound<'_, PyBytes>,
        to: Option<Vec<HandleArg>>,
    ) -> PyResult<()> {
        let kind = input::data_kind(kind)?;
        let packet = packet.as_bytes().to_vec();
        let to = to.map(|handles| handles.into_iter().map(|handle| handle.0).collect());
        self.call(py, |engine| engine.send_data(room.0, kind, packet, to))
    }

    fn listen(&self, py: Python<'_>, room: HandleArg, identity: String) -> PyResult<()> {
        self.call(py, |engine| engine.listen(room.0, identity))
    }

    fn unlisten(&self, py: Python<'_>, room: HandleArg, identity: String) -> PyResult<()> {
        self.call(py, |engine| engine.unlisten(room.0, identity))
    }

    fn last_sequence(&self, py: Python<'_>, participant: HandleArg) -> PyResult<u32> {
        self.call(py, |engine| engine.last_sequence(participant.0))
    }

    fn resend_data(
        &self,
        py: Python<'_>,
        participant: HandleArg,
        seen: Vec<(String, u32)>,
    ) -> PyResult<()> {
        self.call(py, |engine| engine.resend_data(participant.0, seen))
    }

    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let stats = self.call(py, engine_net::Engine::stats)?;
        output::stats(py, &stats)
    }

    fn transport_report<'py>(
        &self,
        py: Python<'py>,
        transport: HandleArg,
    ) -> PyResult<Bound<'py, PyAny>> {
        let report = self.call(py, |engine| engine.transport_report(transport.0))?;
        output::transport_report(py, &report)
    }
}
