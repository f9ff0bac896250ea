//! Python values to the engine's, with errors that name what is wrong.

use std::net::IpAddr;
use std::time::Duration;

use engine_core::sdp::PublishSection;
use engine_core::{DataKind, Handle, Role};
use engine_net::{EngineConfig, SendPlan};
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;

/// A handle argument. What no handle can be is bad input, not an overflow.
pub(crate) struct HandleArg(pub(crate) Handle);

impl<'py> FromPyObject<'_, 'py> for HandleArg {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let refused = |error: PyErr| match error.is_instance_of::<PyOverflowError>(object.py()) {
            true => invalid(format!("{} is no handle", &*object)),
            false => error,
        };
        object.extract::<Handle>().map(Self).map_err(refused)
    }
}

pub(crate) fn max_quality(value: i64) -> PyResult<u8> {
    u8::try_from(value).map_err(|_| invalid(format!("max_quality {value} is not 0, 1 or 2")))
}

/// Frames a second; 0: no limit.
pub(crate) fn priority(value: i64) -> PyResult<u8> {
    u8::try_from(value).map_err(|_| invalid(format!("priority {value} is not 0 to 255")))
}

pub(crate) fn max_fps(value: i64) -> PyResult<u32> {
    u32::try_from(value).map_err(|_| invalid(format!("max_fps {value} is not a frame rate")))
}

fn attribute<'py, T>(object: &Bound<'py, PyAny>, name: &str) -> PyResult<T>
where
    T: FromPyObjectOwned<'py>,
{
    object.getattr(name)?.extract::<T>().map_err(Into::into)
}

fn invalid(text: String) -> PyErr {
    PyValueError::new_err(text)
}

fn address(name: &str, text: &str) -> PyResult<IpAddr> {
    text.parse()
        .map_err(|_| invalid(format!("{name}: {text:?} is no IP address")))
}

fn milliseconds(config: &Bound<'_, PyAny>, name: &str) -> PyResult<Duration> {
    let value: i64 = attribute(config, name)?;
    let value =
        u64::try_from(value).map_err(|_| invalid(format!("{name} must not be negative")))?;
    Ok(Duration::from_millis(value))
}

pub(crate) fn config(object: &Bound<'_, PyAny>) -> PyResult<EngineConfig> {
    let port: i64 = attribute(object, "port")?;
    let tcp_port: Option<i64> = attribute(object, "tcp_port")?;
    let advertise: Vec<String> = attribute(object, "advertise")?;
    Ok(EngineConfig {
        bind: address("bind", &attribute::<String>(object, "bind")?)?,
        tcp_port: tcp_port
            .map(|port| {
                u16::try_from(port).map_err(|_| invalid(format!("tcp_port {port} is no TCP port")))
            })
            .transpose()?,
        port: u16::try_from(port).map_err(|_| invalid(format!("port {port} is no UDP port")))?,
        advertise: advertise
            .iter()
            .map(|text| address("advertise", text))
            .collect::<PyResult<_>>()?,
        transport_timeout: milliseconds(object, "transport_timeout_ms")?,
        bytes_per_second: attribute(object, "bytes_per_second")?,
        speaker_interval: milliseconds(object, "speaker_interval_ms")?,
    })
}

pub(crate) fn role(object: &Bound<'_, PyAny>) -> PyResult<Role> {
    match attribute::<String>(object, "value")?.as_str() {
        "single" => Ok(Role::Single),
        "publisher" => Ok(Role::Publisher),
        "subscriber" => Ok(Role::Subscriber),
        other => Err(invalid(format!("role {other:?} is not known"))),
    }
}

pub(crate) fn data_kind(object: &Bound<'_, PyAny>) -> PyResult<DataKind> {
    match attribute::<i64>(object, "value")? {
        0 => Ok(DataKind::Reliable),
        1 => Ok(DataKind::Lossy),
        other => Err(invalid(format!("data kind {other} is not known"))),
    }
}

pub(crate) fn publish(objects: Vec<Bound<'_, PyAny>>) -> PyResult<Vec<PublishSection>> {
    let section = |object: &Bound<'_, PyAny>| {
        Ok(PublishSection {
            mid: attribute(object, "mid")?,
            track: attribute::<HandleArg>(object, "track")?.0,
            prefer_codec: attribute(object, "prefer_codec")?,
            dtx: attribute(object, "dtx")?,
            stereo: attribute(object, "stereo")?,
            red: attribute(object, "red")?,
        })
    };
    objects.iter().map(section).collect()
}

pub(crate) fn send(objects: Vec<Bound<'_, PyAny>>) -> PyResult<Vec<SendPlan>> {
    let section = |object: &Bound<'_, PyAny>| {
        Ok(SendPlan {
            mid: attribute(object, "mid")?,
            track: attribute::<HandleArg>(object, "track")?.0,
            stream_id: attribute(object, "stream_id")?,
            track_id: attribute(object, "track_id")?,
        })
    };
    objects.iter().map(section).collect()
}
