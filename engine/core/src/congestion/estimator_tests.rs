//! Hostile and odd feedback; the behaviour on links is in tests/scenarios/bandwidth.rs.

use super::*;
use crate::random::Random;

#[test]
fn random_feedback_changes_nothing_that_counts_and_allocates_nothing_without_bound() {
    let start = Instant::now();
    let mut random = Random::new([1; 32]);
    let mut estimator = Estimator::default();
    for number in 0..500u64 {
        estimator.sent(start + Duration::from_millis(number), number, 1_000);
    }
    for round in 0..50_000u64 {
        let now = start + Duration::from_millis(500 + round);
        let len = random.next_u64() as usize % 80;
        let mut bytes: Vec<u8> = (0..len).map(|_| random.next_u64() as u8).collect();
        if let Some(base) = bytes.get_mut(..4).filter(|_| round % 2 == 0) {
            // Near what was sent, so that some of it is believed.
            base.copy_from_slice(&[0, round as u8, 0, 200]);
        }
        estimator.feedback(now, &bytes);
        let bits = estimator.bits();
        assert!((limits::ESTIMATE_MIN..=limits::ESTIMATE_MAX).contains(&bits));
    }
    assert!(estimator.history.len() <= 500);
    assert!(estimator.packets.capacity() <= 1_024);
}

#[test]
fn feedback_about_what_was_never_sent_is_not_believed() {
    let start = Instant::now();
    let mut estimator = Estimator::default();
    for number in 0..10u64 {
        estimator.sent(start, number, 1_000);
    }
    // Base 5,000: a run of 100 packets that arrived at once.
    let mut content = vec![0x13, 0x88, 0, 100, 0, 0, 0, 0, 0x20, 100];
    content.extend_from_slice(&[0; 100]);
    assert_eq!(estimator.feedback(start, &content), Outcome::default());
    assert!(!estimator.is_known());
}

#[test]
fn a_receivers_own_estimate_counts_only_without_feedback_for_each_packet() {
    let start = Instant::now();
    let mut estimator = Estimator::default();
    assert!(estimator.remb(700_000));
    assert_eq!((estimator.bits(), estimator.is_known()), (700_000, true));
    estimator.sent(start, 0, 1_000);
    estimator.feedback(start, &[0, 0, 0, 1, 0, 0, 0, 0, 0x20, 1, 0]);
    assert!(!estimator.remb(100_000));
    assert!(estimator.bits() > 700_000);
}
