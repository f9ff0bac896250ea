//! Reception statistics of one stream for receiver reports (RFC 3550 section 6.4.1, appendix A).

use std::time::Instant;

use crate::limits;
use crate::rtcp::ReportBlock;

/// What a packet's sequence number means for its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The newest so far.
    Newest,
    /// Between packets that are there.
    Late,
    /// So far from the others that the stream begins anew.
    Jump,
}

/// Counts one stream.
#[derive(Clone, Debug, Default)]
pub struct Reception {
    first: u64,
    highest: Option<u64>,
    received: u64,
    expected_before: u64,
    received_before: u64,
    jitter: f64,
    last: Option<(Instant, u32)>,
}

impl Reception {
    /// The highest extended sequence number.
    pub fn highest(&self) -> Option<u64> {
        self.highest
    }

    /// Whether a sequence number lies between the first packet and the newest.
    pub fn spans(&self, sequence: u64) -> bool {
        let newest = self.highest.unwrap_or(0);
        (self.first..newest).contains(&sequence)
    }

    /// Where a sequence number stands, without counting it.
    pub fn place(&self, sequence: u64) -> Arrival {
        match self.highest {
            None => Arrival::Newest,
            Some(highest) if sequence > highest + limits::SEQUENCE_JUMP => Arrival::Jump,
            Some(highest) if sequence > highest => Arrival::Newest,
            Some(_) => Arrival::Late,
        }
    }

    /// Count a packet of the stream itself (not a retransmission on another).
    pub fn count(&mut self, now: Instant, sequence: u64, timestamp: u32, clock_rate: u32) {
        if self.highest.is_none() {
            self.first = sequence;
        }
        self.received += 1;
        if self.highest.is_some_and(|highest| sequence <= highest) {
            return;
        }
        self.highest = Some(sequence);
        if let Some((before, stamp)) = self.last {
            let arrived =
                now.saturating_duration_since(before).as_secs_f64() * f64::from(clock_rate);
            let sent = f64::from(timestamp.wrapping_sub(stamp) as i32);
            let transit = (arrived - sent).abs();
            // A jump of the timestamp (a new source behind the same SSRC) is not jitter.
            if transit < 10.0 * f64::from(clock_rate) {
                self.jitter += (transit - self.jitter) / 16.0;
            }
        }
        self.last = Some((now, timestamp));
    }

    /// Interarrival jitter in timestamp units (RFC 3550 section 6.4.1).
    pub fn jitter(&self) -> f64 {
        self.jitter
    }

    /// The report block since the last one; `None` before the first packet.
    pub fn report(&mut self, ssrc: u32) -> Option<ReportBlock> {
        let highest = self.highest?;
        let expected = highest - self.first + 1;
        let interval = expected.saturating_sub(self.expected_before);
        let arrived = self.received - self.received_before;
        let lost = interval.saturating_sub(arrived);
        self.expected_before = expected;
        self.received_before = self.received;
        Some(ReportBlock {
            ssrc,
            fraction_lost: (lost * 256).checked_div(interval).unwrap_or(0).min(255) as u8,
            cumulative_lost: (expected as i64 - self.received as i64)
                .clamp(i64::from(i32::MIN), i64::from(i32::MAX))
                as i32,
            highest_sequence: highest as u32,
            jitter: self.jitter as u32,
            ..ReportBlock::default()
        })
    }
}
