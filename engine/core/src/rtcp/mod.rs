//! RTCP packets (RFC 3550, RFC 4585, RFC 5104, transport-wide congestion control) on the wire.

mod read;
mod write;

pub use read::{Report, Rtcp, read};
pub use write::{
    ReportBlock, SenderInfo, write_fir, write_nack, write_pli, write_receiver_report,
    write_sender_report,
};
pub(crate) use write::{end_packet, start_packet};

pub(crate) const SENDER_REPORT: u8 = 200;
pub(crate) const RECEIVER_REPORT: u8 = 201;
pub(crate) const SOURCE_DESCRIPTION: u8 = 202;
pub(crate) const BYE: u8 = 203;
pub(crate) const TRANSPORT_FEEDBACK: u8 = 205;
pub(crate) const PAYLOAD_FEEDBACK: u8 = 206;
