//! What is read before anything is authenticated: STUN, and frames on TCP.

use engine_core::framing::{Deframer, push_frame};
use engine_core::sctp::data_streams;
use engine_core::stun::{BindingRequest, is_binding_success};

pub fn stun(data: &[u8]) {
    if let Some(request) = BindingRequest::parse(data) {
        assert!(data.len() >= 20 && !request.local_ufrag.contains(':'));
        assert!(!is_binding_success(data, &request.transaction));
    }
}

/// The frames of a stream are the same wherever it is cut.
pub fn framing(data: &[u8]) {
    const MAX: usize = 600;
    let Some((cut, stream)) = data.split_first() else {
        return;
    };
    let read = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let (mut deframer, mut frames) = (Deframer::default(), Vec::new());
        let mut fed = Ok(());
        for piece in pieces {
            let mut piece = piece.to_vec();
            fed = fed.and_then(|()| {
                deframer.feed(&mut piece, MAX, &mut |frame| frames.push(frame.to_vec()))
            });
        }
        (fed, frames)
    };
    let whole = read(&mut std::iter::once(stream));
    let parts = read(&mut stream.chunks(usize::from(*cut).max(1)));
    assert_eq!(whole, parts);
    let mut again = Vec::new();
    for frame in &whole.1 {
        assert!((1..=MAX).contains(&frame.len()) && push_frame(&mut again, frame));
    }
    assert!(again.len() <= stream.len());
}

/// A packet names no more streams than it has room for.
pub fn sctp(data: &[u8]) {
    assert!(data_streams(data).count() * 12 <= data.len());
}
