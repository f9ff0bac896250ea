//! LiveKit's data messages on the wire: stamped with their sender, filtered, otherwise untouched.
//!
//! Field numbers are those of `livekit.DataPacket` and `livekit.UserPacket` (livekit_models.proto).
//! Unknown fields and values pass as they are.

mod history;
mod packet;
mod wire;

pub use history::History;
pub use packet::{Author, Relayed, relay};
