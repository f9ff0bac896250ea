//! Session descriptions of clients.

use engine_core::Role;
use engine_core::sdp::{MediaKind, SdpSession, read_offer};

use crate::common::{local, publish, send};

/// Whatever is answered can be read again.
pub fn offer(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(sections) = read_offer(text) else {
        return;
    };
    let media = || sections.iter().filter(|one| one.kind != MediaKind::Data);
    let plans: Vec<_> = media()
        .filter(|one| one.client_sends)
        .zip(100..)
        .map(|(one, track)| publish(&one.mid, track))
        .collect();
    let sends: Vec<_> = media()
        .filter(|one| one.client_receives && !one.client_sends)
        .zip(1..)
        .map(|(one, track)| send(&one.mid, track, one.kind))
        .collect();
    let mut session = SdpSession::new(Role::Single);
    if let Ok((answer, _)) = session.answer(text, &local(), &plans, &sends) {
        assert!(read_offer(&answer).is_ok(), "our answer:\n{answer}");
        // The same offer again is a renegotiation.
        let _ = session.answer(text, &local(), &plans, &sends);
    }
}

/// An answer to an offer of ours with one section of each kind.
pub fn answer(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut session = SdpSession::new(Role::Subscriber);
    let plans = [
        send("a", 1, MediaKind::Audio),
        send("v", 2, MediaKind::Video),
    ];
    session.offer(&local(), &plans).unwrap();
    if session.accept_answer(text).is_ok() {
        session.offer(&local(), &plans).unwrap();
    }
}
