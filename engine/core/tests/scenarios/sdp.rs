//! Offers of real clients and what they are answered; our own offers and their answers.

use crate::common::{local, offers, publish, send};
use engine_core::Role;
use engine_core::sdp::{
    Codec, MediaKind, PublishSection, SdpSession, SendSection, SignalledSsrc, match_codec,
    read_offer,
};

/// The lines of the section with this mid.
fn section<'a>(sdp: &'a str, mid: &str) -> Vec<&'a str> {
    let wanted = format!("a=mid:{mid}");
    let text = sdp
        .split("\r\nm=")
        .skip(1)
        .find(|text| text.lines().any(|line| line == wanted))
        .unwrap_or_else(|| panic!("no section {mid}"));
    text.lines().collect()
}

fn has(sdp: &str, mid: &str, line: &str) -> bool {
    section(sdp, mid).contains(&line)
}

fn answer(offer: &str, publish: &[PublishSection], send: &[SendSection]) -> String {
    SdpSession::new(Role::Single)
        .answer(offer, &local(), publish, send)
        .unwrap()
        .0
}

#[test]
fn an_offer_reads_as_what_the_client_wants() {
    let sections = read_offer(&offers::chromium_publisher()).unwrap();
    let kinds: Vec<MediaKind> = sections.iter().map(|one| one.kind).collect();
    use MediaKind::{Audio, Data, Video};
    assert_eq!(
        kinds,
        [Data, Audio, Audio, Audio, Video, Video, Video, Audio, Video]
    );
    let camera = &sections[8];
    assert_eq!((camera.client_sends, camera.client_receives), (true, false));
    assert_eq!(camera.msid_track.as_deref(), Some("cam-cid"));
    assert_eq!(camera.msid_stream.as_deref(), Some("stream-a"));
    assert_eq!(camera.rids, ["q", "h", "f"]);
    assert_eq!(
        camera.codecs,
        ["video/vp8", "video/h264", "video/vp9", "video/av1"]
    );
    let free = &sections[1];
    assert_eq!((free.client_sends, free.client_receives), (false, true));
    assert_eq!(
        (free.msid_track.as_deref(), free.codecs.as_slice()),
        (None, &["audio/opus".to_owned(), "audio/red".to_owned()][..])
    );
}

#[test]
fn the_answer_keeps_order_mids_and_payload_types() {
    let offer = offers::chromium_publisher();
    let text = answer(
        &offer,
        &[publish("7", 70), publish("8", 80)],
        &[
            send("1", 90, MediaKind::Audio),
            send("4", 91, MediaKind::Video),
        ],
    );
    let mids = |sdp: &str| -> Vec<String> {
        sdp.lines()
            .filter_map(|line| line.strip_prefix("a=mid:"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(mids(&text), mids(&offer));
    assert!(text.contains("a=group:BUNDLE 0 1 2 3 4 5 6 7 8\r\n"));
    assert!(text.contains("a=ice-lite\r\n") && text.contains("a=extmap-allow-mixed\r\n"));
    assert!(
        text.lines()
            .filter(|line| line.starts_with("m="))
            .all(|line| line.contains(" 9 "))
    );
    assert_eq!(
        section(&text, "4")[0],
        "video 9 UDP/TLS/RTP/SAVPF 96 97 103 104 107 108 109 114 98 99 35 36"
    );
    for mid in mids(&offer) {
        for line in [
            "a=setup:passive",
            "a=ice-ufrag:abcd",
            "a=ice-options:trickle",
        ] {
            assert!(has(&text, &mid, line), "{mid} {line}");
        }
    }
    let candidates = [
        "a=candidate:1 1 udp 2113937151 192.0.2.7 7882 typ host",
        "a=end-of-candidates",
    ];
    for line in candidates {
        assert!(has(&text, "0", line), "{line}");
        assert_eq!(text.matches(line).count(), 1);
    }
    for line in ["a=sctp-port:5000", "a=max-message-size:262144"] {
        assert!(has(&text, "0", line));
    }
    for mid in ["2", "3", "5", "6"] {
        assert!(has(&text, mid, "a=inactive"), "{mid}");
        assert!(
            !section(&text, mid)
                .iter()
                .any(|line| line.starts_with("a=msid"))
        );
    }
}

#[test]
fn published_sections_are_answered_with_layers_extensions_and_feedback() {
    let publish = [
        publish("7", 70),
        PublishSection {
            prefer_codec: Some("video/H264".to_owned()),
            ..publish("8", 80)
        },
    ];
    let text = answer(&offers::chromium_publisher(), &publish, &[]);
    for line in [
        "a=recvonly",
        "a=rid:q recv",
        "a=rid:h recv",
        "a=rid:f recv",
        "a=simulcast:recv q;h;f",
        "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        "a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
        "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        "a=rtcp-fb:96 transport-cc",
        "a=rtcp-fb:96 nack",
        "a=rtcp-fb:96 nack pli",
        "a=rtcp-fb:96 ccm fir",
        "a=rtpmap:97 rtx/90000",
        "a=fmtp:97 apt=96",
    ] {
        assert!(has(&text, "8", line), "{line}");
    }
    assert!(!text.contains("goog-remb") && !text.contains("toffset") && !text.contains("a=ssrc"));
    // The preferred codec leads, in the profile that every browser decodes.
    assert!(
        section(&text, "8")[0]
            .starts_with("video 9 UDP/TLS/RTP/SAVPF 109 114 103 104 107 108 96 97")
    );
    assert_eq!(section(&text, "7")[0], "audio 9 UDP/TLS/RTP/SAVPF 63 111");
    for line in [
        "a=rtcp-fb:111 nack",
        "a=rtcp-fb:111 transport-cc",
        "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1",
        "a=fmtp:63 111/111",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    ] {
        assert!(has(&text, "7", line), "{line}");
    }
}

#[test]
fn audio_options_reach_the_format_parameters() {
    let plan = PublishSection {
        dtx: false,
        stereo: true,
        red: true,
        ..publish("7", 70)
    };
    let text = answer(&offers::chromium_publisher(), &[plan], &[]);
    let fmtp = "a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;maxaveragebitrate=510000";
    assert!(has(&text, "7", fmtp), "{text}");
    assert_eq!(section(&text, "7")[0], "audio 9 UDP/TLS/RTP/SAVPF 111");
    let plan = PublishSection {
        red: false,
        ..publish("7", 70)
    };
    let text = answer(&offers::chromium_publisher(), &[plan], &[]);
    assert_eq!(section(&text, "7")[0], "audio 9 UDP/TLS/RTP/SAVPF 111");
}

#[test]
fn sent_sections_carry_msid_and_ssrcs_that_last_as_long_as_the_track() {
    let mut session = SdpSession::new(Role::Single);
    let offer = offers::chromium_subscriber();
    let mut plan = SendSection {
        codec: Some("video/vp9".to_owned()),
        ..send("4", 91, MediaKind::Video)
    };
    let mut ssrcs = Vec::new();
    for track in [91, 91, 92, 91] {
        plan.track = track;
        let (text, negotiated) = session
            .answer(&offer, &local(), &[], &[plan.clone()])
            .unwrap();
        let sent = &negotiated.send[0];
        let rtx = sent.rtx_ssrc.unwrap();
        for line in [
            "a=sendonly".to_owned(),
            "a=msid:PA_1|TR_1 TR_91".to_owned(),
            format!("a=ssrc-group:FID {} {rtx}", sent.ssrc),
            format!("a=ssrc:{} cname:PA_1|TR_1", sent.ssrc),
            format!("a=ssrc:{rtx} cname:PA_1|TR_1"),
        ] {
            assert!(has(&text, "4", &line), "{line}");
        }
        assert!(section(&text, "4")[0].starts_with("video 9 UDP/TLS/RTP/SAVPF 98 99 96 97"));
        assert_eq!(sent.extensions.mid, Some(4));
        assert_eq!(
            (sent.extensions.transport_cc, sent.extensions.abs_send_time),
            (Some(3), None)
        );
        ssrcs.push((sent.ssrc, rtx));
    }
    assert_eq!(ssrcs[0], ssrcs[1]);
    assert!(ssrcs[2] != ssrcs[1] && ssrcs[3] != ssrcs[2] && ssrcs[3] != ssrcs[0]);
}

#[test]
fn what_the_client_rejected_keeps_its_place_and_leaves_the_bundle() {
    let gone = offers::audio("1", "inactive", "").replacen("m=audio 9", "m=audio 0", 1);
    let bundled = offers::video("2", "recvonly", "", &[]).replacen("m=video 9", "m=video 0", 1)
        + "a=bundle-only\r\n";
    let offer = offers::session(&["0", "2"]) + &offers::data("0") + &gone + &bundled;
    let text = answer(&offer, &[], &[send("2", 5, MediaKind::Video)]);
    assert!(text.contains("a=group:BUNDLE 0 2\r\n"));
    assert!(section(&text, "1")[0].starts_with("audio 0 "));
    assert!(section(&text, "2")[0].starts_with("video 9 ") && has(&text, "2", "a=sendonly"));
    assert_eq!(read_offer(&offer).unwrap().len(), 2);
}

#[test]
fn roles_candidates_and_fingerprint_come_from_the_offer() {
    let offer = offers::chromium_subscriber();
    let mut session = SdpSession::new(Role::Single);
    let (_, negotiated) = session.answer(&offer, &local(), &[], &[]).unwrap();
    let remote = &negotiated.remote;
    assert_eq!((remote.ufrag.as_str(), remote.pwd.len()), ("F7gI", 24));
    assert!(remote.fingerprint.starts_with("sha-256 D2:FA:0E"));
    assert!(remote.dtls_setup_active && !remote.ice_lite && negotiated.has_data);
    let usable = ["candidate:2 1 udp 2113937150 192.0.2.55 51001 typ host generation 0"];
    assert_eq!(remote.candidates, usable, "no names, no TCP");
    let passive = offer.replace("a=setup:actpass", "a=setup:passive");
    let (text, negotiated) = session.answer(&passive, &local(), &[], &[]).unwrap();
    assert!(!negotiated.remote.dtls_setup_active && text.contains("a=setup:active\r\n"));
}

#[test]
fn layers_announced_by_ssrc_are_in_the_order_of_their_group() {
    let mut session = SdpSession::new(Role::Publisher);
    let offer = offers::announced(&[(3, 30), (1, 10), (2, 20)]);
    let (text, negotiated) = session
        .answer(&offer, &local(), &[publish("1", 80)], &[])
        .unwrap();
    let pair = |ssrc, rtx| SignalledSsrc {
        ssrc,
        rtx: Some(rtx),
    };
    assert_eq!(
        negotiated.receive[0].ssrcs,
        [pair(3, 30), pair(1, 10), pair(2, 20)]
    );
    assert!(!text.contains("a=simulcast") && negotiated.receive[0].rids.is_empty());
    let offer = offers::announced(&[(7, 70)]);
    let (_, negotiated) = session
        .answer(&offer, &local(), &[publish("1", 80)], &[])
        .unwrap();
    assert_eq!(negotiated.receive[0].ssrcs, [pair(7, 70)]);
}

#[test]
fn a_paused_layer_is_still_a_layer() {
    let offer = offers::chromium_publisher().replace("send q;h;f", "send q;~h;f recv x");
    assert_eq!(read_offer(&offer).unwrap()[8].rids, ["q", "h", "f"]);
}

#[test]
fn plans_that_do_not_fit_are_refused_with_the_reason() {
    let offer = offers::chromium_publisher();
    let refused = |publish: &[PublishSection], send: &[SendSection]| {
        let mut session = SdpSession::new(Role::Single);
        session
            .answer(&offer, &local(), publish, send)
            .unwrap_err()
            .to_string()
    };
    assert!(refused(&[publish("99", 1)], &[]).contains("99"));
    assert!(refused(&[publish("0", 1)], &[]).contains("no media section 0"));
    assert!(refused(&[publish("7", 1), publish("8", 1)], &[]).contains("twice"));
    assert!(refused(&[], &[send("4", 1, MediaKind::Audio)]).contains("no audio section 4"));
    let twice = [
        send("4", 1, MediaKind::Video),
        send("4", 2, MediaKind::Video),
    ];
    assert!(refused(&[], &twice).contains("twice"));
    let injected = SendSection {
        stream_id: "x\r\na=evil".to_owned(),
        ..send("4", 1, MediaKind::Video)
    };
    assert!(refused(&[], &[injected]).contains("unusable"));
    // A direction that changed meanwhile is no error: the section is inactive.
    let text = answer(
        &offer,
        &[publish("1", 1)],
        &[send("8", 2, MediaKind::Video)],
    );
    assert!(has(&text, "1", "a=inactive") && has(&text, "8", "a=inactive"));
    for bad in [
        "",
        "hello",
        "v=0\r\nm=audio x\r\n",
        &"v=0\r\n".repeat(60_000),
    ] {
        assert!(
            read_offer(bad).is_err()
                || SdpSession::new(Role::Single)
                    .answer(bad, &local(), &[], &[])
                    .is_err()
        );
    }
    let twice = offers::session(&["1"]) + &offers::data("1") + &offers::data("1");
    assert!(
        read_offer(&twice)
            .unwrap_err()
            .to_string()
            .contains("twice")
    );
}

/// What libwebrtc answers: the sections of the offer, turned around.
fn client_answer(offer: &str) -> String {
    offer
        .replace("a=setup:actpass", "a=setup:active")
        .replace("a=sendonly", "a=recvonly")
        .replace("a=ice-lite\r\n", "")
        .lines()
        .filter(|line| !line.starts_with("a=ssrc") && !line.starts_with("a=msid:"))
        .map(|line| format!("{line}\r\n"))
        .collect()
}

#[test]
fn our_offers_keep_their_places_and_take_the_answers_payload_types() {
    let mut session = SdpSession::new(Role::Subscriber);
    let first = session
        .offer(&local(), &[send("a", 1, MediaKind::Audio)])
        .unwrap();
    assert!(first.contains("a=setup:actpass\r\n") && first.contains("a=group:BUNDLE data a\r\n"));
    let negotiated = session.accept_answer(&client_answer(&first)).unwrap();
    assert!(negotiated.has_data && negotiated.remote.dtls_setup_active);
    assert_eq!(
        (negotiated.send.len(), negotiated.send[0].rtx_ssrc),
        (1, None)
    );
    assert!(
        session.accept_answer(&client_answer(&first)).is_err(),
        "an answer is taken once"
    );

    let plans = [
        send("v", 2, MediaKind::Video),
        send("a", 1, MediaKind::Audio),
    ];
    let second = session.offer(&local(), &plans).unwrap();
    assert!(second.contains("a=group:BUNDLE data a v\r\n"));
    let negotiated = session.accept_answer(&client_answer(&second)).unwrap();
    let video = negotiated.send.iter().find(|one| one.track == 2).unwrap();
    assert!(video.rtx_ssrc.is_some() && video.codecs.iter().all(|codec| codec.rtx.is_some()));
    assert!(second.contains(&format!(
        "a=ssrc-group:FID {} {}",
        video.ssrc,
        video.rtx_ssrc.unwrap()
    )));

    let third = session.offer(&local(), &plans[..1]).unwrap();
    assert!(has(&third, "a", "a=inactive") && has(&third, "v", "a=sendonly"));
    let negotiated = session.accept_answer(&client_answer(&third)).unwrap();
    assert_eq!(negotiated.send.len(), 1);
    assert_eq!(negotiated.send[0].ssrc, video.ssrc);
    assert!(
        session
            .offer(&local(), &[send("a", 3, MediaKind::Video)])
            .is_err(),
        "a mid keeps its kind"
    );
    assert!(
        session
            .answer(&offers::chromium_subscriber(), &local(), &[], &[])
            .is_err()
    );
}

#[test]
fn a_subscriber_gets_the_profile_that_the_publisher_sends_if_it_can() {
    let mut session = SdpSession::new(Role::Single);
    let plans = [send("4", 1, MediaKind::Video)];
    let (_, negotiated) = session
        .answer(&offers::chromium_subscriber(), &local(), &[], &plans)
        .unwrap();
    let codecs = &negotiated.send[0].codecs;
    let h264: Vec<_> = codecs
        .iter()
        .filter(|codec| codec.codec == Codec::H264)
        .collect();
    assert_eq!(h264.len(), 3);
    for published in h264 {
        let mut sent = published.clone();
        sent.payload_type = 1;
        assert_eq!(
            match_codec(&sent, codecs).unwrap().payload_type,
            published.payload_type
        );
    }
    let mut high = codecs
        .iter()
        .find(|codec| codec.codec == Codec::H264)
        .unwrap()
        .clone();
    high.fmtp = "packetization-mode=0;profile-level-id=640032".to_owned();
    assert_eq!(
        match_codec(&high, codecs).unwrap().payload_type,
        107,
        "the same packetization"
    );
}
