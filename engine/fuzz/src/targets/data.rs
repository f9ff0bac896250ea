//! Data messages: protobuf from clients.

use engine_core::DataKind;
use engine_core::data::{Author, relay};

/// What is relayed names its true sender, grows by no more than that, and is taken again.
pub fn packet(data: &[u8]) {
    let author = Author {
        sid: "PA_sender",
        identity: "sender",
    };
    for kind in [DataKind::Reliable, DataKind::Lossy] {
        let Some(relayed) = relay(data, kind, author) else {
            continue;
        };
        assert!(relayed.bytes.len() <= data.len() + 128);
        relayed.is_for("PA_other", "other");
        let again = relay(&relayed.bytes, kind, author).expect("what we relay is well-formed");
        assert_eq!(
            (again.identities, again.sequence),
            (relayed.identities, relayed.sequence)
        );
    }
}
