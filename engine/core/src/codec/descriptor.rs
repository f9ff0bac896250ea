//! The dependency descriptor header extension (RTP Payload Format For AV1, appendix A), which VP8,
//! VP9 and H264 streams carry as well.

use super::bits::{BitReader, BitWriter};
use super::frame::{Frame, LayerPoint, Targets};

/// MAX_TEMPLATE_ID + 1 of the specification.
pub const TEMPLATE_IDS: u8 = 64;
/// Where `template_id_offset` is: behind the mandatory fields and five flags.
const OFFSET_AT: usize = 24 + 5;
/// Where `active_decode_targets_present_flag` is.
const ACTIVE_FLAG_AT: usize = 24 + 1;

/// What all frames of one template share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Template {
    spatial: u8,
    temporal: u8,
    /// Bit i: the frame is in decode target i; it is a switch indication for it.
    present: u32,
    switches: u32,
    /// Bit i: needs the frame i + 1 before it.
    needs: u64,
}

/// A template dependency structure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Structure {
    /// The id of the first template.
    pub offset: u8,
    templates: Vec<Template>,
    chains: u32,
    pub targets: Targets,
}

impl Structure {
    /// How many template ids it takes.
    pub fn templates(&self) -> u8 {
        self.templates.len() as u8
    }

    fn template(&self, id: u8) -> Option<&Template> {
        let index = id.wrapping_sub(self.offset) % TEMPLATE_IDS;
        self.templates.get(usize::from(index))
    }
}

/// A descriptor that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    pub frame: Frame,
    /// The structure that begins here.
    pub structure: Option<Structure>,
    /// The targets that are sent from here on, if that is said.
    pub active: Option<u32>,
    /// Where the bitmask of active targets is or would be, in bits; 0: in short descriptors.
    pub active_at: u16,
}

/// Read a descriptor with the structure that is in force before it. `None`: malformed, or of
/// another structure.
pub fn read(bytes: &[u8], known: Option<&Structure>) -> Option<Descriptor> {
    let mut reader = BitReader::new(bytes);
    let (starts, ends) = (reader.flag()?, reader.flag()?);
    let template = reader.bits(6)? as u8;
    let number = reader.bits(16)? as u16;
    let (mut structure, mut active, mut active_at) = (None, None, 0);
    let [mut custom_dtis, mut custom_needs, mut custom_chains] = [false; 3];
    if bytes.len() > 3 {
        let (attached, masked) = (reader.flag()?, reader.flag()?);
        custom_dtis = reader.flag()?;
        custom_needs = reader.flag()?;
        custom_chains = reader.flag()?;
        if attached {
            structure = Some(read_structure(&mut reader)?);
        }
        active_at = reader.position() as u16;
        let targets = structure.as_ref().or(known)?.targets.len();
        if masked {
            active = Some(reader.bits(targets)?);
        } else if attached {
            active = Some(u32::MAX >> (32 - targets));
        }
    }
    let used = structure.as_ref().or(known)?;
    let described = used.template(template)?;
    let mut frame = Frame {
        number: Some(number),
        starts,
        ends,
        spatial: described.spatial,
        temporal: described.temporal,
        present: described.present,
        switches: described.switches,
        needs: described.needs,
        ..Frame::default()
    };
    if custom_dtis {
        (frame.present, frame.switches) = read_indications(&mut reader, used.targets.len())?;
    }
    if custom_needs {
        (frame.needs, frame.needs_far) = read_needs(&mut reader)?;
    }
    if custom_chains {
        for _ in 0..used.chains {
            reader.bits(8)?;
        }
    }
    Some(Descriptor {
        frame,
        structure,
        active,
        active_at,
    })
}

/// Whether the descriptor carries a structure and begins a frame: a coded video sequence begins.
pub fn has_structure(bytes: &[u8]) -> bool {
    let begins = bytes.first().is_some_and(|first| first & 0x80 != 0);
    begins && bytes.get(3).is_some_and(|flags| flags & 0x80 != 0)
}

fn read_structure(reader: &mut BitReader<'_>) -> Option<Structure> {
    let offset = reader.bits(6)? as u8;
    let targets = reader.bits(5)? as usize + 1;
    let mut templates = read_layers(reader)?;
    for template in &mut templates {
        (template.present, template.switches) = read_indications(reader, targets)?;
    }
    for template in &mut templates {
        while reader.flag()? {
            template.needs |= 1 << reader.bits(4)?;
        }
    }
    let chains = reader.non_symmetric(targets as u32 + 1)?;
    if chains > 0 {
        for _ in 0..targets {
            reader.non_symmetric(chains + 1)?;
        }
        for _ in 0..templates.len() * chains as usize {
            reader.bits(4)?;
        }
    }
    if reader.flag()? {
        let highest = templates.iter().map(|template| template.spatial).max()?;
        for _ in 0..=highest {
            reader.bits(32)?;
        }
    }
    let targets = relate(&templates, targets);
    Some(Structure {
        offset,
        templates,
        chains,
        targets,
    })
}

fn read_layers(reader: &mut BitReader<'_>) -> Option<Vec<Template>> {
    let mut templates = vec![Template::default()];
    let (mut spatial, mut temporal) = (0u8, 0u8);
    loop {
        match reader.bits(2)? {
            0 => {}
            1 => temporal += 1,
            2 => (spatial, temporal) = (spatial + 1, 0),
            _ => return Some(templates),
        }
        if templates.len() == usize::from(TEMPLATE_IDS) || spatial > 3 || temporal > 7 {
            return None;
        }
        templates.push(Template {
            spatial,
            temporal,
            ..Template::default()
        });
    }
}

/// Decode target indications: 0 not present, 1 discardable, 2 switch, 3 required.
fn read_indications(reader: &mut BitReader<'_>, targets: usize) -> Option<(u32, u32)> {
    let (mut present, mut switches) = (0, 0);
    for target in 0..targets {
        let indication = reader.bits(2)?;
        present |= u32::from(indication != 0) << target;
        switches |= u32::from(indication == 2) << target;
    }
    Some((present, switches))
}

fn read_needs(reader: &mut BitReader<'_>) -> Option<(u64, bool)> {
    let (mut needs, mut far) = (0u64, false);
    loop {
        let size = reader.bits(2)? as usize;
        if size == 0 {
            return Some((needs, far));
        }
        match 1u64.checked_shl(reader.bits(4 * size)?) {
            Some(bit) => needs |= bit,
            None => far = true,
        }
    }
}

/// The layers of each target, and which lie inside which.
fn relate(templates: &[Template], targets: usize) -> Targets {
    let of = |target: usize| {
        templates
            .iter()
            .filter(move |template| template.present >> target & 1 == 1)
    };
    let points = (0..targets)
        .map(|target| LayerPoint {
            spatial: of(target).map(|one| one.spatial).max().unwrap_or(0),
            temporal: of(target).map(|one| one.temporal).max().unwrap_or(0),
        })
        .collect();
    let contains = (0..targets)
        .map(|outer| {
            (0..targets).fold(0, |inside, inner| {
                let all = of(inner).all(|template| template.present >> outer & 1 == 1);
                inside | u32::from(all) << inner
            })
        })
        .collect();
    Targets::new(points, contains)
}

/// How a descriptor leaves: the numbers of the subscriber's stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rewrite {
    /// Added to the frame number, and to template ids.
    pub frame: u16,
    pub template: u8,
    /// The active targets to tell, their number and their place in bits.
    pub active: Option<(u32, u8, u16)>,
}

/// Append a descriptor in the subscriber's numbers.
pub fn write(bytes: &[u8], rewrite: &Rewrite, out: &mut Vec<u8>) {
    let at = out.len();
    match rewrite.active {
        None => out.extend_from_slice(bytes),
        Some((mask, targets, active_at)) => {
            out.extend_from_slice(&with_active(bytes, mask, targets, active_at));
        }
    }
    let written = &mut out[at..];
    let id = (written[0] & 0x3f).wrapping_add(rewrite.template) & 0x3f;
    written[0] = written[0] & 0xc0 | id;
    let number = u16::from_be_bytes([written[1], written[2]]).wrapping_add(rewrite.frame);
    written[1..3].copy_from_slice(&number.to_be_bytes());
    let attached = written.get(3).is_some_and(|flags| flags & 0x80 != 0);
    if attached && written.len() > 4 {
        let both = u16::from_be_bytes([written[3], written[4]]);
        let shift = 16 - 6 - (OFFSET_AT - 24);
        let offset = (both >> shift & 0x3f) as u8;
        let offset = offset.wrapping_add(rewrite.template) & 0x3f;
        let both = both & !(0x3f << shift) | u16::from(offset) << shift;
        written[3..5].copy_from_slice(&both.to_be_bytes());
    }
}

/// The same descriptor with this bitmask of active targets.
fn with_active(bytes: &[u8], mask: u32, targets: u8, active_at: u16) -> Vec<u8> {
    let targets = usize::from(targets);
    let mut writer = BitWriter::default();
    if bytes.len() <= 3 {
        writer.copy(bytes, 0, 24);
        writer.put(0b0_1000, 5);
        writer.put(mask, targets);
        return writer.bytes;
    }
    let at = usize::from(active_at);
    let had = bytes[ACTIVE_FLAG_AT / 8] & 0x80 >> (ACTIVE_FLAG_AT % 8) != 0;
    writer.copy(bytes, 0, ACTIVE_FLAG_AT);
    writer.put(1, 1);
    writer.copy(bytes, ACTIVE_FLAG_AT + 1, at);
    writer.put(mask, targets);
    let rest = at + if had { targets } else { 0 };
    writer.copy(bytes, rest, bytes.len() * 8);
    writer.bytes
}

#[cfg(test)]
#[path = "descriptor_tests.rs"]
mod tests;
