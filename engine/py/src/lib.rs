//! The Python face of the engine: thin, and nothing per packet.
//!
//! Inputs and outputs are the dataclasses and enums of `videocall.media.engine`; inputs are read by
//! attribute name, so that anything of the same shape will do. The GIL is released around every
//! call into the engine.

mod engine;
mod input;
mod output;

use pyo3::prelude::*;

#[pymodule]
mod _engine {
    #[pymodule_export]
    use super::engine::Engine;
}
