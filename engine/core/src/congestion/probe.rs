//! Probes: for a moment more is sent than the media needs, and how it arrives tells whether the path
//! carries that. Clusters and their evaluation are after libwebrtc's (probe_bitrate_estimator.cc).

use super::{Acknowledged, Micros};

/// How long a probe lasts. libwebrtc's 15 ms fit into the bucket of a token-bucket shaper and then
/// measure the bucket; 100 ms at twice the capacity queue for 100 ms (own choice).
const DURATION: Micros = 100_000;
/// Feedback is waited for so long after the end (libwebrtc: kMaxClusterHistory is 1 s).
const PATIENCE: Micros = 1_000_000;
/// Fewer arrived packets, or a smaller share of them, measure nothing (libwebrtc asks for 0.8 of
/// the packets; a link that loses 20 % at random may be probed as well).
const PACKETS: usize = 5;
const SHARE: f64 = 0.7;
/// Arriving at less than this share of the sending rate: the path is full, and a little less than
/// what arrives is its rate (libwebrtc: kMinRatioForUnsaturatedLink, kTargetUtilizationFraction).
const UNSATURATED: f64 = 0.9;
const UTILISATION: f64 = 0.95;
/// Most bytes of padding at one time: a timer that came late does not make a burst (own choice).
const STEP: i64 = 12_000;

/// A probe under way.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    pub id: u32,
    pub bits: u64,
    began: Micros,
    sent: i64,
    packets: u32,
}

impl Probe {
    pub fn new(id: u32, bits: u64, now: Micros) -> Self {
        Self {
            id,
            bits,
            began: now,
            sent: 0,
            packets: 0,
        }
    }

    /// Bytes of padding that are due now, beside the media sent meanwhile.
    pub fn due(&self, now: Micros) -> usize {
        let until = (now - self.began).clamp(0, DURATION) + 1_000;
        let due = (self.bits as i128 * i128::from(until) / 8_000_000) as i64 - self.sent;
        due.clamp(0, STEP) as usize
    }

    pub fn count(&mut self, bytes: usize) {
        self.sent += bytes as i64;
        self.packets += 1;
    }

    pub fn is_over(&self, now: Micros) -> bool {
        now - self.began >= DURATION
    }
}

/// What came of the last probe.
#[derive(Debug, Default)]
pub struct ProbeResults {
    waiting: Option<(Probe, Option<Micros>)>,
    arrived: Vec<Acknowledged>,
    lost: u32,
}

impl ProbeResults {
    /// A probe begins; one before it is given up.
    pub fn begin(&mut self, probe: Probe) {
        self.waiting = Some((probe, None));
        self.arrived.clear();
        self.lost = 0;
    }

    /// All of the probe has left.
    pub fn end(&mut self, probe: Probe, now: Micros) {
        if let Some(waiting) = self.waiting.as_mut().filter(|one| one.0.id == probe.id) {
            *waiting = (probe, Some(now));
        }
    }

    pub fn add(&mut self, packet: &Acknowledged) {
        let ours = |one: &(Probe, _)| one.0.id == packet.probe;
        if self.waiting.as_ref().is_some_and(ours) && self.arrived.len() < 4_096 {
            self.arrived.push(*packet);
        }
    }

    pub fn missing(&mut self, probe: u32) {
        let ours = self.waiting.as_ref().is_some_and(|one| one.0.id == probe);
        self.lost += u32::from(ours);
    }

    /// Whether a result is still to come.
    pub fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// The measured rate, once all feedback came or is no more waited for; 0: it failed.
    pub fn take(&mut self, now: Micros) -> Option<u64> {
        let (probe, ended) = self.waiting?;
        let told = self.arrived.len() as u32 + self.lost;
        if told < probe.packets && now - ended? < PATIENCE {
            return None;
        }
        ended?;
        self.waiting = None;
        let enough = self.arrived.len() as f64 >= SHARE * f64::from(probe.packets);
        let measured = measure(&mut self.arrived).filter(|_| enough);
        Some(measured.unwrap_or(0))
    }
}

fn measure(packets: &mut [Acknowledged]) -> Option<u64> {
    if packets.len() < PACKETS {
        return None;
    }
    packets.sort_unstable_by_key(|packet| packet.sent);
    let (first, last) = (packets.first()?, packets.last()?);
    let all: u64 = packets.iter().map(|packet| u64::from(packet.bytes)).sum();
    let sent = rate(all - u64::from(last.bytes), last.sent - first.sent)?;
    packets.sort_unstable_by_key(|packet| packet.arrival);
    // The first packets may use up the bucket of a shaper: the second half alone shows its rate.
    let arrived = arrival_rate(packets)?.min(arrival_rate(&packets[packets.len() / 2..])?);
    if arrived > 2.0 * sent {
        return None;
    }
    let measured = if arrived < UNSATURATED * sent {
        UTILISATION * arrived
    } else {
        sent.min(arrived)
    };
    Some(measured as u64)
}

fn arrival_rate(packets: &[Acknowledged]) -> Option<f64> {
    let (first, last) = (packets.first()?, packets.last()?);
    let bytes: u64 = packets[1..].iter().map(|one| u64::from(one.bytes)).sum();
    rate(bytes, last.arrival - first.arrival)
}

fn rate(bytes: u64, time: Micros) -> Option<f64> {
    (time > 0).then(|| bytes as f64 * 8e6 / time as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A probe of 2 Mbit/s over a link of `capacity` whose bucket lets `bucket` bytes through.
    fn probe(capacity: i64, bucket: i64) -> u64 {
        let mut probe = Probe::new(1, 2_000_000, 0);
        let mut results = ProbeResults::default();
        results.begin(probe);
        let (mut free, mut through, mut now) = (0, 0, 0);
        while !probe.is_over(now) {
            while probe.due(now) > 0 {
                probe.count(250);
                through += 250;
                if through > bucket {
                    free = now.max(free) + 250 * 8_000_000 / capacity;
                }
                results.add(&Acknowledged {
                    sent: now,
                    arrival: free.max(now) + 20_000,
                    bytes: 250,
                    probe: 1,
                });
            }
            now += 5_000;
        }
        results.end(probe, now);
        results.take(now).expect("all arrived")
    }

    #[test]
    fn a_free_path_gives_the_rate_and_a_full_one_its_capacity() {
        let free = probe(50_000_000, 0);
        assert!((1_800_000..2_200_000).contains(&free), "{free}");
        for bucket in [0, 4_000, 10_000] {
            let full = probe(600_000, bucket);
            assert!((520_000..620_000).contains(&full), "{bucket}: {full}");
        }
    }

    #[test]
    fn a_probe_without_feedback_fails_after_a_while() {
        let mut probe = Probe::new(1, 1_000_000, 0);
        let mut results = ProbeResults::default();
        results.begin(probe);
        probe.count(1_000);
        results.end(probe, DURATION);
        assert_eq!(results.take(DURATION + 1), None);
        assert_eq!(results.take(DURATION + PATIENCE), Some(0));
        assert!(!results.is_waiting());
    }
}
