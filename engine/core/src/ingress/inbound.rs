//! Which stream of a transport belongs to which layer of which track: by announced SSRC, by the mid
//! and rid header extensions (RFC 8843, RFC 8852), at last by a payload type that is unambiguous.

use super::Publication;
use crate::hash::IntMap;
use crate::limits;
use crate::rtp::RtpPacket;
use crate::sdp::{ExtensionIds, MediaKind};

/// Where packets of an SSRC go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Index of the publication.
    pub publication: usize,
    pub layer: usize,
    /// A retransmission stream (RFC 4588).
    pub rtx: bool,
}

/// One transport's incoming streams.
#[derive(Debug, Default)]
pub struct Inbound {
    by_ssrc: IntMap<u32, Bound>,
    /// Indices of the transport's publications.
    pub publications: Vec<usize>,
    /// The same for all sections of a bundle (RFC 8843 section 9).
    pub extensions: ExtensionIds,
}

impl Inbound {
    /// The layer of a known SSRC.
    pub fn get(&self, ssrc: u32) -> Option<Bound> {
        self.by_ssrc.get(&ssrc).copied()
    }

    /// Remember an SSRC; `false` if there are too many.
    pub fn bind(&mut self, ssrc: u32, bound: Bound) -> bool {
        let room = self.by_ssrc.len() < limits::SDP_SECTIONS * 2 * limits::LAYERS;
        if room {
            self.by_ssrc.insert(ssrc, bound);
        }
        room
    }

    /// Forget the SSRCs of a layer of a publication, or of all its layers.
    pub fn unbind(&mut self, publication: usize, only: Option<(usize, bool)>) {
        self.by_ssrc.retain(|_, bound| {
            let hit = only.is_none_or(|(layer, rtx)| bound.layer == layer && bound.rtx == rtx);
            bound.publication != publication || !hit
        });
    }

    /// Find the layer of an unknown SSRC from what its packet says. `publications` are the
    /// transport's own, by index.
    pub fn find<'a>(
        &self,
        packet: &RtpPacket<'_>,
        publications: impl Iterator<Item = (usize, &'a Publication)> + Clone,
    ) -> Option<Bound> {
        let ids = &self.extensions;
        let by_mid = packet.element(ids.mid).map(|mid| {
            publications
                .clone()
                .find(|(_, publication)| publication.mid.as_bytes() == mid)
        });
        let (index, publication) = match by_mid {
            Some(found) => found?,
            None => only_taker(packet.payload_type, publications)?,
        };
        let (_, rtx) = publication.payload(packet.payload_type)?;
        let rid = packet.element(if rtx { ids.repaired_rid } else { ids.rid });
        let layer = match rid {
            Some(rid) => publication.layers.iter().position(|layer| {
                layer
                    .rid
                    .as_ref()
                    .is_some_and(|known| known.as_bytes() == rid)
            })?,
            // Without a rid only the sole layer is meant.
            None => Some(0).filter(|_| publication.layers.len() == 1)?,
        };
        Some(Bound {
            publication: index,
            layer,
            rtx,
        })
    }
}

/// The publication that alone takes a payload type, if it is the only one of its kind.
fn only_taker<'a>(
    payload_type: u8,
    publications: impl Iterator<Item = (usize, &'a Publication)>,
) -> Option<(usize, &'a Publication)> {
    let mut takers =
        publications.filter(|(_, publication)| publication.payload(payload_type).is_some());
    let only = takers.next()?;
    let sole = takers.next().is_none() && only.1.kind != MediaKind::Data;
    sole.then_some(only)
}
