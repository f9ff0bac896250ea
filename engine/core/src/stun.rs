//! As much of STUN (RFC 8489) as finding a packet's transport takes; str0m does the rest.

const HEADER: usize = 20;
const MAGIC: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const BINDING_SUCCESS: [u8; 2] = [0x01, 0x01];
const USERNAME: u16 = 0x0006;
const USE_CANDIDATE: u16 = 0x0025;

/// A binding request, not yet authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BindingRequest<'a> {
    /// Our user fragment: what stands before the colon of USERNAME (RFC 8445 section 7.2.2).
    pub local_ufrag: &'a str,
    pub use_candidate: bool,
    pub transaction: [u8; 12],
}

impl<'a> BindingRequest<'a> {
    /// None for everything else: a lite agent sends no checks, so that no answers are awaited.
    pub fn parse(packet: &'a [u8]) -> Option<Self> {
        let body = packet.get(HEADER..)?;
        let length = usize::from(u16::from_be_bytes([packet[2], packet[3]]));
        if packet[..2] != BINDING_REQUEST || packet[4..8] != MAGIC || length != body.len() {
            return None;
        }
        let (mut username, mut use_candidate, mut rest) = (None, false, body);
        while let [k0, k1, l0, l1, after @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*l0, *l1]));
            let value = after.get(..length)?;
            match u16::from_be_bytes([*k0, *k1]) {
                USERNAME => username = Some(value),
                USE_CANDIDATE => use_candidate = true,
                _ => {}
            }
            rest = after.get(length.next_multiple_of(4)..)?;
        }
        let (local_ufrag, _) = std::str::from_utf8(username?).ok()?.split_once(':')?;
        let transaction = packet[8..HEADER].try_into().ok()?;
        Some(Self {
            local_ufrag,
            use_candidate,
            transaction,
        })
    }
}

/// Whether a packet of ours answers the request of this transaction with success.
pub fn is_binding_success(packet: &[u8], transaction: &[u8; 12]) -> bool {
    packet.len() >= HEADER && packet[..2] == BINDING_SUCCESS && packet[8..HEADER] == *transaction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut packet = vec![0, 1, 0, 0];
        packet.extend(MAGIC);
        packet.extend([9; 12]);
        for (kind, value) in attributes {
            packet.extend(kind.to_be_bytes());
            packet.extend((value.len() as u16).to_be_bytes());
            packet.extend(*value);
            packet.resize(packet.len().next_multiple_of(4), 0);
        }
        let length = (packet.len() - HEADER) as u16;
        packet[2..4].copy_from_slice(&length.to_be_bytes());
        packet
    }

    #[test]
    fn finds_the_local_ufrag_and_the_nomination() {
        let packet = request(&[(USERNAME, b"mine:theirs"), (USE_CANDIDATE, b"")]);
        let parsed = BindingRequest::parse(&packet).unwrap();
        assert_eq!((parsed.local_ufrag, parsed.use_candidate), ("mine", true));
        assert_eq!(parsed.transaction, [9; 12]);
    }

    #[test]
    fn refuses_what_is_cut_or_bent_anywhere() {
        let packet = request(&[(USERNAME, b"mine:theirs")]);
        for length in 0..packet.len() {
            assert_eq!(BindingRequest::parse(&packet[..length]), None);
        }
        let mut lying = packet.clone();
        lying[HEADER + 3] = 200;
        assert_eq!(BindingRequest::parse(&lying), None);
        assert_eq!(
            BindingRequest::parse(&request(&[(USERNAME, b"no colon")])),
            None
        );
        assert_eq!(BindingRequest::parse(&request(&[])), None);
    }
}
