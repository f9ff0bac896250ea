//! Every bound of the core in one place: what is larger is refused or dropped, never grown into.

use std::time::Duration;

/// Bytes of an offer or answer (Chromium's largest seen here is 40 KB).
pub const SDP_BYTES: usize = 256 * 1024;
/// `m=` sections of one transport.
pub const SDP_SECTIONS: usize = 200;
/// Payload types, extensions, SSRCs or candidates of one section.
pub const SDP_ATTRIBUTES: usize = 256;
/// Simulcast layers of one track.
pub const LAYERS: usize = 3;
/// Spatial layers of one stream, and temporal layers of each.
pub const SPATIAL_LAYERS: usize = 3;
pub const TEMPORAL_LAYERS: usize = 4;
/// Bytes of a data message's payload (LiveKit's clients split above 15 KB and cap at 64,000).
pub const DATA_BYTES: usize = 64_000;
/// Bytes of the `livekit.DataPacket` around it: with our stamp it stays below what SCTP takes.
pub const DATA_PACKET_BYTES: usize = DATA_BYTES + 768;
/// Reliable messages kept of one publisher for receivers that resume: their number, bytes and age.
/// Clients forget what they have seen after 30 s (livekit-client 2.23), so that it must be less.
pub const HISTORY_MESSAGES: usize = 2_048;
pub const HISTORY_BYTES: usize = 1 << 20;
pub const HISTORY_AGE: Duration = Duration::from_secs(20);
/// Publishers that have left a room and whose messages are still kept.
pub const HISTORY_DEPARTED: usize = 64;
/// Identities that the server itself answers to in one room.
pub const LISTENERS: usize = 1_024;
/// Participants that one data message may name.
pub const DATA_DESTINATIONS: usize = 1_024;
/// SSRCs remembered per direction for the life of a transport's keys.
pub const SSRCS: usize = 16_384;
/// Bytes of one RTP packet as sent: below the IPv6 minimum path of most networks.
pub const PACKET_BYTES: usize = 1_500;
/// Packets a video layer keeps to answer NACKs (about 4 s of 720p).
pub const VIDEO_RING: usize = 1_024;
/// Packets an audio stream keeps to answer NACKs (about 2.5 s).
pub const AUDIO_RING: usize = 128;
/// Seconds of media a ring keeps at most, however slow the layer.
pub const RING_SECONDS: u32 = 4;
/// Earlier packets repeated in redundant audio that we make (as LiveKit does), and bytes of all its
/// blocks.
pub const REDUNDANT_PACKETS: usize = 2;
pub const REDUNDANT_BYTES: usize = 1_100;
/// A jump of the sequence number beyond this starts the stream anew.
pub const SEQUENCE_JUMP: u64 = 3_000;
/// Packets asked for again at once; a larger loss is answered by a keyframe.
pub const MISSING_PACKETS: usize = 512;
/// How often a packet is asked for again before it counts as lost.
pub const NACK_TRIES: u8 = 10;
/// How long a missing packet may be merely reordered.
pub const NACK_DELAY: Duration = Duration::from_millis(10);
/// Between two requests for the same packet, on both sides.
pub const NACK_INTERVAL: Duration = Duration::from_millis(60);
/// A packet is sent again to one subscriber at most this often.
pub const RESEND_INTERVAL: Duration = Duration::from_millis(40);
/// Between two keyframe requests for the lowest layer.
pub const KEYFRAME_INTERVAL_LOW: Duration = Duration::from_millis(500);
/// Between two keyframe requests for the other layers.
pub const KEYFRAME_INTERVAL: Duration = Duration::from_secs(1);
/// Between two transport-wide feedback packets to a publisher.
pub const TWCC_INTERVAL: Duration = Duration::from_millis(100);
/// Arrivals a transport-wide feedback recorder holds.
pub const TWCC_ARRIVALS: usize = 2_048;
/// Between two receiver reports to a publisher.
pub const RECEIVER_REPORT_INTERVAL: Duration = Duration::from_secs(1);
/// Between two sender reports of one subscription.
pub const SENDER_REPORT_INTERVAL: Duration = Duration::from_secs(2);
/// A layer without packets for this long, while others flow, is dead.
pub const LAYER_TIMEOUT: Duration = Duration::from_secs(1);
/// How often layers are looked at.
pub const LAYER_CHECK: Duration = Duration::from_millis(250);
/// Packets in one egress run (the kernel's UDP_MAX_SEGMENTS).
pub const RUN_SEGMENTS: usize = 64;
/// Bytes in one egress run (one UDP datagram before segmentation).
pub const RUN_BYTES: usize = 60_000;
/// Empty run buffers kept for the next batch.
pub const IDLE_RUNS: usize = 512;
/// Sent packets a transport remembers until feedback tells of them, and for how long (at 5,000 a
/// second more than a second; libwebrtc keeps 60 s).
pub const SENT_PACKETS: usize = 8_192;
pub const SENT_AGE: Duration = Duration::from_secs(5);
/// Bounds of a bandwidth estimate in bits a second.
pub const ESTIMATE_MIN: u64 = 30_000;
pub const ESTIMATE_MAX: u64 = 100_000_000;
/// Datagrams that wait for the pacer: in bytes, and in the time they take to leave.
pub const PACED_BYTES: usize = 1 << 20;
pub const PACED_TIME: Duration = Duration::from_millis(500);
