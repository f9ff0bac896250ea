//! One peer connection without media: ICE, DTLS and data channels by str0m, SRTP keys for us.

mod candidates;
mod channels;
mod credentials;
mod keytap;
mod outbox;
mod transport;

pub(crate) use candidates::{candidate_lines, tcp_candidate_lines};
pub(crate) use credentials::{Credentials, Identity, remote_credentials};
pub(crate) use transport::{Lost, Output, Path, Source, Transport, TransportPlan};

#[cfg(test)]
mod tests;
