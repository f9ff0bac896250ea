//! Packets as an encoder with layers makes them. Each frame carries its own number and what it needs
//! is written down, so that a test can tell whether what a subscriber got can be decoded.

use std::collections::HashMap;

use engine_core::random::Random;

/// How layers are described and depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// AV1 with dependency descriptors; spatial layers depend on each other at keyframes only.
    Av1Key,
    /// The same, where each picture's layers depend on the one below.
    Av1Full,
    /// VP9's payload descriptor alone, non-flexible mode.
    Vp9,
    /// VP8 with three temporal layers by payload descriptor.
    Vp8,
}

/// One packet before it is sealed.
#[derive(Clone, Debug)]
pub struct Made {
    pub timestamp: u32,
    pub marker: bool,
    pub descriptor: Vec<u8>,
    pub payload: Vec<u8>,
}

/// What is true of a frame.
#[derive(Clone, Debug)]
pub struct Truth {
    pub stream: u32,
    pub spatial: u8,
    pub temporal: u8,
    pub needs: Vec<u32>,
    pub parts: u8,
    pub keyframe: bool,
}

/// One stream of pictures. Frame ids count over all streams that share `truths`.
pub struct Encoder {
    pub mode: Mode,
    pub stream: u32,
    pub spatial: u8,
    /// The first template id.
    pub offset: u8,
    picture: u32,
    since_key: u32,
    number: u16,
    tl0: u8,
    /// Newest frame of each (spatial, temporal).
    newest: HashMap<(u8, u8), (u32, u16)>,
}

struct Bits(Vec<bool>);

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        self.0
            .extend((0..count).rev().map(|bit| value >> bit & 1 == 1));
    }

    fn bytes(&self) -> Vec<u8> {
        let fold = |bits: &[bool]| {
            let byte = bits
                .iter()
                .fold(0u8, |byte, bit| byte << 1 | u8::from(*bit));
            byte << (8 - bits.len())
        };
        self.0.chunks(8).map(fold).collect()
    }
}

/// Temporal layer of a picture and whether it is the second of the highest one.
fn temporal(since_key: u32) -> (u8, bool) {
    match since_key % 4 {
        0 => (0, false),
        2 => (1, false),
        one => (2, one == 3),
    }
}

impl Encoder {
    pub fn new(mode: Mode, stream: u32, spatial: u8) -> Self {
        Self {
            mode,
            stream,
            spatial,
            offset: (stream * 3 % 64) as u8,
            picture: stream * 1_000 + 120,
            since_key: 0,
            number: (stream as u16).wrapping_mul(7_001),
            tl0: stream as u8,
            newest: HashMap::new(),
        }
    }

    /// The next picture: its packets, one to three a frame.
    pub fn picture(
        &mut self,
        keyframe: bool,
        timestamp: u32,
        random: &mut Random,
        truths: &mut Vec<Truth>,
    ) -> Vec<Made> {
        let keyframe = keyframe || self.newest.is_empty();
        if keyframe {
            self.since_key = 0;
        }
        let (temporal, second) = temporal(self.since_key);
        if temporal == 0 {
            self.tl0 = self.tl0.wrapping_add(1);
        }
        let mut packets = Vec::new();
        for spatial in 0..self.spatial {
            let parts = 1 + (random.next_u32() % 3) as u8;
            let id = truths.len() as u32;
            self.number = self.number.wrapping_add(1);
            let needs = self.needs(keyframe, spatial, temporal, second);
            for part in 0..parts {
                let ends = part + 1 == parts;
                let place = (spatial, temporal, second);
                let edges = (part == 0, ends);
                let distances: Vec<u16> = needs
                    .iter()
                    .map(|(_, number)| self.number.wrapping_sub(*number))
                    .collect();
                let mut payload = self.payload_head(keyframe, place, edges);
                payload.extend_from_slice(&id.to_be_bytes());
                payload.extend_from_slice(&[part; 40]);
                packets.push(Made {
                    timestamp,
                    marker: ends && spatial + 1 == self.spatial,
                    descriptor: self.descriptor(keyframe, place, edges, &distances),
                    payload,
                });
            }
            truths.push(Truth {
                stream: self.stream,
                spatial,
                temporal,
                needs: needs.iter().map(|(id, _)| *id).collect(),
                parts,
                keyframe,
            });
            if keyframe {
                self.newest.retain(|(layer, _), _| *layer != spatial);
            }
            self.newest.insert((spatial, temporal), (id, self.number));
        }
        self.since_key += 1;
        self.picture += 1;
        packets
    }

    /// Ids and numbers of the frames that a frame needs.
    fn needs(&self, keyframe: bool, spatial: u8, temporal: u8, second: bool) -> Vec<(u32, u16)> {
        let newest = |temporal| self.newest.get(&(spatial, temporal)).copied();
        let below = (spatial > 0).then(|| {
            let of = (0..3).filter_map(|temporal| self.newest.get(&(spatial - 1, temporal)));
            *of.max_by_key(|(id, _)| *id).unwrap()
        });
        if keyframe {
            return below.into_iter().collect();
        }
        let inside = if second { newest(1) } else { newest(0) };
        let mut needs: Vec<_> = inside.into_iter().collect();
        // VP8's middle layer goes on by itself every second time.
        if self.mode == Mode::Vp8 && temporal == 1 && self.since_key % 8 == 6 {
            needs.extend(newest(1));
        }
        if self.mode != Mode::Av1Key {
            needs.extend(below);
        }
        needs
    }

    fn payload_head(
        &self,
        keyframe: bool,
        (spatial, temporal, second): (u8, u8, bool),
        (starts, ends): (bool, bool),
    ) -> Vec<u8> {
        let [high, low] = (self.picture as u16 & 0x7fff | 0x8000).to_be_bytes();
        match self.mode {
            Mode::Av1Key | Mode::Av1Full => {
                let begins = keyframe && starts && spatial == 0;
                vec![0x10 | u8::from(begins) << 3 | u8::from(!starts) << 7]
            }
            Mode::Vp9 => {
                let flags = u8::from(!keyframe) << 6 | u8::from(starts) << 3 | u8::from(ends) << 2;
                let layer = temporal << 5 | 0x10 | spatial << 1 | u8::from(spatial > 0);
                vec![0xa0 | flags, high, low, layer, self.tl0]
            }
            Mode::Vp8 => {
                let alone = temporal > 0 && !second && self.since_key % 8 != 6;
                let first = 0x80 | u8::from(starts) << 4;
                let layer = temporal << 6 | u8::from(alone) << 5;
                vec![first, 0xe0, high, low, self.tl0, layer, u8::from(!keyframe)]
            }
        }
    }

    /// Templates: for each spatial layer a keyframe, the base, the middle, and the highest after
    /// either of them.
    fn descriptor(
        &self,
        keyframe: bool,
        (spatial, temporal, second): (u8, u8, bool),
        (starts, ends): (bool, bool),
        distances: &[u16],
    ) -> Vec<u8> {
        if matches!(self.mode, Mode::Vp9 | Mode::Vp8) {
            return Vec::new();
        }
        let kind = if keyframe {
            0
        } else {
            1 + temporal + u8::from(second)
        };
        let id = (self.offset + spatial * 5 + kind) % 64;
        let mut bits = Bits(Vec::new());
        bits.put(u32::from(starts) << 1 | u32::from(ends), 2);
        bits.put(u32::from(id), 6);
        bits.put(u32::from(self.number), 16);
        let attached = keyframe && starts && spatial == 0;
        // Distances differ after a keyframe: they are written out when a template does not fit.
        let usual = self.usual(spatial, kind);
        let own = distances != usual;
        if attached || own {
            bits.put(u32::from(attached) << 4 | u32::from(own) << 1, 5);
        }
        if attached {
            self.structure(&mut bits);
        }
        if own {
            for distance in distances {
                bits.put(2, 2);
                bits.put(u32::from(*distance) - 1, 8);
            }
            bits.put(0, 2);
        }
        bits.bytes()
    }

    fn usual(&self, spatial: u8, kind: u8) -> Vec<u16> {
        let a_picture = u16::from(self.spatial);
        let mut usual = match kind {
            0 => Vec::new(),
            1 => vec![4 * a_picture],
            2 => vec![2 * a_picture],
            _ => vec![a_picture],
        };
        if spatial > 0 && (kind == 0 || self.mode == Mode::Av1Full) {
            usual.push(1);
        }
        usual
    }

    fn structure(&self, bits: &mut Bits) {
        bits.put(u32::from(self.offset), 6);
        bits.put(u32::from(self.spatial) * 3 - 1, 5);
        for spatial in 0..self.spatial {
            let last = spatial + 1 == self.spatial;
            // Same, same, next temporal, next temporal, same; then the next spatial layer or the end.
            for next in [0, 1, 1, 0, if last { 3 } else { 2 }] {
                bits.put(next, 2);
            }
        }
        for spatial in 0..self.spatial {
            for kind in 0..5u8 {
                self.indications(bits, spatial, kind);
            }
        }
        for spatial in 0..self.spatial {
            for kind in 0..5u8 {
                for distance in self.usual(spatial, kind) {
                    bits.put(1, 1);
                    bits.put(u32::from(distance) - 1, 4);
                }
                bits.put(0, 1);
            }
        }
        // No chains (a number below ten or so in as few bits as it takes), no resolutions.
        let targets = u32::from(self.spatial) * 3;
        bits.put(0, u32::BITS - (targets + 1).leading_zeros() - 1);
        bits.put(0, 1);
    }

    /// 0 not present, 1 discardable, 2 switch, 3 required; targets from the highest to the lowest.
    fn indications(&self, bits: &mut Bits, spatial: u8, kind: u8) {
        let temporal = [0, 0, 1, 2, 2][usize::from(kind)];
        for target in (0..self.spatial * 3).rev() {
            let (above, most) = (target / 3, target % 3);
            let part = match (above.cmp(&spatial), kind) {
                _ if most < temporal => 0,
                (std::cmp::Ordering::Less, _) => 0,
                (_, 0) => 2,
                (std::cmp::Ordering::Equal, _) if temporal == 0 || most > temporal => 2,
                (std::cmp::Ordering::Equal, _) => 1,
                _ if self.mode == Mode::Av1Full => 3,
                _ => 0,
            };
            bits.put(part, 2);
        }
    }
}
