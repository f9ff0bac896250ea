//! One message on its way: what may pass, who sent it, who gets it.

use super::wire::{Field, Value, fields, put_bytes, put_varint};
use crate::limits;
use crate::router::DataKind;

/// Fields of `livekit.DataPacket`.
mod data_packet {
    pub const KIND: u32 = 1;
    pub const USER: u32 = 2;
    pub const SPEAKER: u32 = 3;
    pub const PARTICIPANT_IDENTITY: u32 = 4;
    pub const DESTINATION_IDENTITIES: u32 = 5;
    pub const SEQUENCE: u32 = 16;
    pub const PARTICIPANT_SID: u32 = 17;
}

/// Fields of `livekit.UserPacket`.
mod user_packet {
    pub const PARTICIPANT_SID: u32 = 1;
    pub const PAYLOAD: u32 = 2;
    pub const DESTINATION_SIDS: u32 = 3;
    pub const PARTICIPANT_IDENTITY: u32 = 5;
    pub const DESTINATION_IDENTITIES: u32 = 6;
}

/// Who a message is from.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    pub sid: &'a str,
    pub identity: &'a str,
}

/// A message ready to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relayed {
    pub bytes: Vec<u8>,
    /// Who gets it; with `sids` empty too, everybody.
    pub identities: Vec<String>,
    pub sids: Vec<String>,
    /// Of reliable messages, rising; 0 if the client does not count.
    pub sequence: u32,
}

impl Relayed {
    /// Whether a participant is among those it is for.
    pub fn is_for(&self, sid: &str, identity: &str) -> bool {
        (self.identities.is_empty() && self.sids.is_empty())
            || self.identities.iter().any(|wanted| wanted == identity)
            || self.sids.iter().any(|wanted| wanted == sid)
    }
}

/// Stamp a client's message. `None` if it is malformed or only the server may send its sort.
pub fn relay(message: &[u8], kind: DataKind, author: Author<'_>) -> Option<Relayed> {
    use data_packet::*;
    let mut relayed = Relayed::default();
    relayed
        .bytes
        .reserve(message.len() + 2 * (author.sid.len() + author.identity.len()) + 32);
    let mut forged = false;
    let mut malformed = false;
    let mut users = 0;
    fields(message, |field| match (field.number, field.value) {
        (KIND | PARTICIPANT_IDENTITY | PARTICIPANT_SID, _) => {}
        (SPEAKER, _) => forged = true,
        (USER, Value::Bytes(user)) => {
            // Each is stamped: many empty ones would be relayed at a hundred times their size.
            users += 1;
            malformed |= users > 1 || relay_user(user, author, &mut relayed).is_none();
        }
        _ => {
            match (field.number, field.value) {
                (DESTINATION_IDENTITIES, Value::Bytes(identity)) => {
                    relayed.identities.extend(text(identity));
                }
                (SEQUENCE, Value::Varint(sequence)) => relayed.sequence = sequence as u32,
                _ => {}
            }
            relayed.bytes.extend_from_slice(field.raw);
        }
    })?;
    let named = relayed.identities.len() + relayed.sids.len();
    if forged || malformed || named > limits::DATA_DESTINATIONS {
        return None;
    }
    if kind == DataKind::Lossy {
        put_varint(&mut relayed.bytes, KIND, 1);
    }
    put_bytes(
        &mut relayed.bytes,
        PARTICIPANT_IDENTITY,
        author.identity.as_bytes(),
    );
    put_bytes(&mut relayed.bytes, PARTICIPANT_SID, author.sid.as_bytes());
    Some(relayed)
}

/// The older clients read and write the same facts inside the user packet.
fn relay_user(user: &[u8], author: Author<'_>, relayed: &mut Relayed) -> Option<()> {
    use user_packet::*;
    let mut out = Vec::with_capacity(user.len() + author.sid.len() + author.identity.len() + 8);
    put_bytes(&mut out, PARTICIPANT_SID, author.sid.as_bytes());
    put_bytes(&mut out, PARTICIPANT_IDENTITY, author.identity.as_bytes());
    let mut too_large = false;
    fields(user, |Field { number, raw, value }| {
        match (number, value) {
            (PARTICIPANT_SID | PARTICIPANT_IDENTITY, _) => return,
            (PAYLOAD, Value::Bytes(payload)) => too_large |= payload.len() > limits::DATA_BYTES,
            (DESTINATION_SIDS, Value::Bytes(sid)) => relayed.sids.extend(text(sid)),
            (DESTINATION_IDENTITIES, Value::Bytes(identity)) => {
                relayed.identities.extend(text(identity));
            }
            _ => {}
        }
        out.extend_from_slice(raw);
    })?;
    put_bytes(&mut relayed.bytes, data_packet::USER, &out);
    (!too_large).then_some(())
}

fn text(bytes: &[u8]) -> Option<String> {
    std::str::from_utf8(bytes).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AUTHOR: Author<'_> = Author {
        sid: "PA_real",
        identity: "ada",
    };

    fn strings(message: &[u8], number: u32) -> Vec<String> {
        let mut found = Vec::new();
        fields(message, |field| {
            if let (true, Value::Bytes(bytes)) = (field.number == number, field.value) {
                found.extend(text(bytes));
            }
        })
        .unwrap();
        found
    }

    fn user_of(message: &[u8]) -> Vec<u8> {
        let mut user = Vec::new();
        fields(message, |field| {
            if let (2, Value::Bytes(bytes)) = (field.number, field.value) {
                user = bytes.to_vec();
            }
        })
        .unwrap();
        user
    }

    #[test]
    fn a_forged_author_is_replaced_at_both_levels() {
        let mut user = Vec::new();
        put_bytes(&mut user, 1, b"PA_forged");
        put_bytes(&mut user, 2, b"hello");
        put_bytes(&mut user, 4, b"topic");
        put_bytes(&mut user, 5, b"mallory");
        let mut message = Vec::new();
        put_varint(&mut message, 1, 1);
        put_bytes(&mut message, 4, b"mallory");
        put_bytes(&mut message, 2, &user);
        put_bytes(&mut message, 17, b"PA_forged");
        put_bytes(&mut message, 300, b"from the future");
        let relayed = relay(&message, DataKind::Reliable, AUTHOR).unwrap();
        assert_eq!(strings(&relayed.bytes, 4), ["ada"]);
        assert_eq!(strings(&relayed.bytes, 17), ["PA_real"]);
        assert_eq!(strings(&relayed.bytes, 300), ["from the future"]);
        let mut kinds = 0;
        fields(&relayed.bytes, |field| {
            kinds += u32::from(field.number == 1)
        })
        .unwrap();
        assert_eq!(kinds, 0, "reliable is the default and is not written");
        let user = user_of(&relayed.bytes);
        assert_eq!(strings(&user, 1), ["PA_real"]);
        assert_eq!(strings(&user, 5), ["ada"]);
        assert_eq!(strings(&user, 2), ["hello"]);
        assert_eq!(strings(&user, 4), ["topic"]);
    }

    #[test]
    fn destinations_of_both_levels_count() {
        let mut user = Vec::new();
        put_bytes(&mut user, 3, b"PA_bob");
        put_bytes(&mut user, 6, b"carol");
        let mut message = Vec::new();
        put_bytes(&mut message, 2, &user);
        put_bytes(&mut message, 5, b"dave");
        put_varint(&mut message, 16, 7);
        let relayed = relay(&message, DataKind::Lossy, AUTHOR).unwrap();
        assert!(relayed.is_for("PA_bob", "bob") && relayed.is_for("x", "carol"));
        assert!(relayed.is_for("x", "dave") && !relayed.is_for("PA_eve", "eve"));
        assert_eq!(relayed.sequence, 7);
        assert!(
            relay(&[], DataKind::Lossy, AUTHOR)
                .unwrap()
                .is_for("PA_eve", "eve")
        );
    }

    #[test]
    fn a_payload_of_64_000_bytes_passes_and_one_more_byte_does_not() {
        for (bytes, passes) in [(limits::DATA_BYTES, true), (limits::DATA_BYTES + 1, false)] {
            let mut user = Vec::new();
            put_bytes(&mut user, 2, &vec![7; bytes]);
            let mut message = Vec::new();
            put_bytes(&mut message, 2, &user);
            assert_eq!(
                relay(&message, DataKind::Reliable, AUTHOR).is_some(),
                passes
            );
        }
    }

    #[test]
    fn speaker_updates_and_broken_messages_do_not_pass() {
        let mut speaker = Vec::new();
        put_bytes(&mut speaker, 3, b"");
        assert_eq!(relay(&speaker, DataKind::Reliable, AUTHOR), None);
        for broken in [
            &[0x12, 0x05, 1][..],
            &[0x13],
            &[0x80; 11],
            &[0x12, 0x01, 0x0f],
            &[0x00],
        ] {
            assert_eq!(
                relay(broken, DataKind::Reliable, AUTHOR),
                None,
                "{broken:?}"
            );
        }
    }

    #[test]
    fn a_message_cannot_make_itself_larger_or_name_the_whole_world() {
        let repeated = [0x12, 0x00].repeat(1_000);
        assert!(relay(&repeated, DataKind::Reliable, AUTHOR).is_none());
        let named = [0x2a, 0x01, b'x'].repeat(limits::DATA_DESTINATIONS + 1);
        assert!(relay(&named, DataKind::Reliable, AUTHOR).is_none());
        assert!(relay(&named[3..], DataKind::Reliable, AUTHOR).is_some());
    }
}
