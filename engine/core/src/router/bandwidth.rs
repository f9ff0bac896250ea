//! What a transport's path carries, and how it is shared.

use std::time::Instant;

use super::{Handle, Router, TransportReport};
use crate::error::Error;

impl Router {
    /// How a transport does. Errors: unknown transport.
    pub fn transport_report(
        &self,
        transport: Handle,
        _now: Instant,
    ) -> Result<TransportReport, Error> {
        self.transport_of(transport)?;
        Ok(TransportReport::default())
    }
}
