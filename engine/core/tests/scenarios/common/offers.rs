//! Offers as real clients write them, shortened to what negotiation reads.

use std::fmt::Write as _;

const TRANSPORT: &str = "a=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:F7gI\r\n\
    a=ice-pwd:x9cml/YzichV2+XlhiMu8g+/\r\na=ice-options:trickle\r\n\
    a=fingerprint:sha-256 D2:FA:0E:C3:22:59:5E:14:95:69:92:3D:13:B4:84:24:2C:C2:A2:C0:3E:FD:34:8E:5E:EA:6F:AF:52:CE:E6:0F\r\n\
    a=setup:actpass\r\n";
const TWCC: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
const AST: &str = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
const DD: &str =
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

pub fn session(mids: &[&str]) -> String {
    format!(
        "v=0\r\no=- 4962303333179871722 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n\
         a=group:BUNDLE {}\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS\r\n",
        mids.join(" ")
    )
}

/// An audio section of Chromium 156.
pub fn audio(mid: &str, direction: &str, msid: &str) -> String {
    let mut out = format!(
        "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126\r\nc=IN IP4 0.0.0.0\r\n{TRANSPORT}\
         a=mid:{mid}\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
         a=extmap:2 {AST}\r\na=extmap:3 {TWCC}\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a={direction}\r\n"
    );
    if !msid.is_empty() {
        let _ = write!(out, "a=msid:{msid}\r\n");
    }
    out.push_str(
        "a=rtcp-mux\r\na=rtcp-rsize\r\na=rtpmap:111 opus/48000/2\r\na=rtcp-fb:111 transport-cc\r\n\
         a=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n\
         a=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n\
         a=rtpmap:13 CN/8000\r\na=rtpmap:110 telephone-event/48000\r\n\
         a=rtpmap:126 telephone-event/8000\r\n",
    );
    out
}

/// A video section of Chromium 156; `rids` makes it simulcast.
pub fn video(mid: &str, direction: &str, msid: &str, rids: &[&str]) -> String {
    let mut out = format!(
        "m=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104 107 108 109 114 98 99 100 101 35 36 116 117 118\r\n\
         c=IN IP4 0.0.0.0\r\n{TRANSPORT}a=mid:{mid}\r\n\
         a=extmap:14 urn:ietf:params:rtp-hdrext:toffset\r\na=extmap:2 {AST}\r\n\
         a=extmap:13 urn:3gpp:video-orientation\r\na=extmap:3 {TWCC}\r\n\
         a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay\r\n\
         a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n\
         a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id\r\n\
         a=extmap:12 {DD}\r\na={direction}\r\n"
    );
    if !msid.is_empty() {
        let _ = write!(out, "a=msid:{msid}\r\n");
    }
    out.push_str("a=rtcp-mux\r\na=rtcp-rsize\r\n");
    let h264 = "level-asymmetry-allowed=1;packetization-mode";
    let codecs: [(u8, u8, &str, String); 6] = [
        (96, 97, "VP8", String::new()),
        (
            103,
            104,
            "H264",
            format!("{h264}=1;profile-level-id=42001f"),
        ),
        (
            107,
            108,
            "H264",
            format!("{h264}=0;profile-level-id=42001f"),
        ),
        (
            109,
            114,
            "H264",
            format!("{h264}=1;profile-level-id=42e01f"),
        ),
        (98, 99, "VP9", "profile-id=0".to_owned()),
        (35, 36, "AV1", "level-idx=5;profile=0;tier=0".to_owned()),
    ];
    for (pt, rtx, name, fmtp) in codecs {
        let _ = write!(out, "a=rtpmap:{pt} {name}/90000\r\n");
        for feedback in ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"] {
            let _ = write!(out, "a=rtcp-fb:{pt} {feedback}\r\n");
        }
        if !fmtp.is_empty() {
            let _ = write!(out, "a=fmtp:{pt} {fmtp}\r\n");
        }
        let _ = write!(out, "a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={pt}\r\n");
    }
    out.push_str("a=rtpmap:116 red/90000\r\na=rtpmap:117 rtx/90000\r\na=fmtp:117 apt=116\r\n");
    out.push_str("a=rtpmap:118 ulpfec/90000\r\n");
    for rid in rids {
        let _ = write!(out, "a=rid:{rid} send\r\n");
    }
    if !rids.is_empty() {
        let _ = write!(out, "a=simulcast:send {}\r\n", rids.join(";"));
    }
    out
}

pub fn data(mid: &str) -> String {
    format!(
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n\
         a=candidate:1 1 udp 2113937151 8f2c2c1e-1c1d-4c1a-9f54-1d2a7c3b0b9e.local 51000 typ host\r\n\
         a=candidate:2 1 udp 2113937150 192.0.2.55 51001 typ host generation 0\r\n\
         a=candidate:3 1 tcp 1518214911 192.0.2.55 9 typ host tcptype active\r\n\
         {TRANSPORT}a=mid:{mid}\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n"
    )
}

/// The first offer of a browser that publishes a camera with layers and a microphone over a single
/// peer connection: data, three places each to receive, then its own.
pub fn chromium_publisher() -> String {
    let mids: Vec<String> = (0..9).map(|mid| mid.to_string()).collect();
    let mids: Vec<&str> = mids.iter().map(String::as_str).collect();
    let mut offer = session(&mids);
    offer += &data("0");
    for mid in ["1", "2", "3"] {
        offer += &audio(mid, "recvonly", "");
    }
    for mid in ["4", "5", "6"] {
        offer += &video(mid, "recvonly", "", &[]);
    }
    offer += &audio("7", "sendonly", "stream-a mic-cid");
    offer += &video("8", "sendonly", "stream-a cam-cid", &["q", "h", "f"]);
    offer
}

/// A browser that only receives.
pub fn chromium_subscriber() -> String {
    let mut offer = session(&["0", "1", "2", "3", "4", "5", "6"]);
    offer += &data("0");
    for mid in ["1", "2", "3"] {
        offer += &audio(mid, "recvonly", "");
    }
    for mid in ["4", "5", "6"] {
        offer += &video(mid, "recvonly", "", &[]);
    }
    offer
}

/// libwebrtc without rids: layers announced by SSRC, as the Python client's older form.
pub fn announced(ssrcs: &[(u32, u32)]) -> String {
    let mut offer = session(&["0", "1"]) + &data("0") + &video("1", "sendonly", "s cam", &[]);
    if ssrcs.len() > 1 {
        let list: Vec<String> = ssrcs.iter().map(|(ssrc, _)| ssrc.to_string()).collect();
        let _ = write!(offer, "a=ssrc-group:SIM {}\r\n", list.join(" "));
    }
    for (ssrc, rtx) in ssrcs {
        let _ = write!(offer, "a=ssrc-group:FID {ssrc} {rtx}\r\n");
        let _ = write!(offer, "a=ssrc:{ssrc} cname:x\r\na=ssrc:{rtx} cname:x\r\n");
    }
    offer
}
