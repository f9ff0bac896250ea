// A participant made of the published browser SDK, with the commands of the other clients.
window.conformance = (() => {
  const { Room, RoomEvent } = window.LivekitClient;
  let room;
  const seen = { data: [], texts: [], bytes: [], muted: [], left: [], speakers: [], happened: [] };
  const tracks = new Map();

  function watch() {
    room
      .on(RoomEvent.TrackSubscribed, (track, _publication, from) => {
        document.documentElement.append(track.attach());
        tracks.set(`${from.identity} ${track.kind}`, track);
      })
      .on(RoomEvent.DataReceived, (payload, from, _kind, topic) =>
        seen.data.push({
          text: new TextDecoder().decode(payload),
          from: from?.identity ?? null,
          topic,
        }),
      )
      .on(RoomEvent.TrackMuted, (_publication, who) => seen.muted.push(who.identity))
      .on(RoomEvent.ParticipantDisconnected, (who) => seen.left.push(who.identity))
      .on(RoomEvent.ActiveSpeakersChanged, (who) =>
        seen.speakers.push(...who.map((one) => one.identity)),
      )
      .on(RoomEvent.Reconnected, () => seen.happened.push("reconnected"))
      .on(RoomEvent.Disconnected, (reason) => seen.happened.push(`disconnected ${reason}`));
    room.registerTextStreamHandler("text", async (reader, { identity }) =>
      seen.texts.push({ text: await reader.readAll(), from: identity }),
    );
    room.registerByteStreamHandler("bytes", async (reader, { identity }) => {
      const pieces = await reader.readAll();
      const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
      seen.bytes.push({ size, from: identity });
    });
    room.registerRpcMethod("double", async ({ payload }) => String(Number(payload) * 2));
  }

  async function received(track) {
    const report = [...((await track.getRTCStatsReport()) ?? new Map()).values()];
    const inbound = report.find((entry) => entry.type === "inbound-rtp");
    if (track.kind === "video") return inbound?.framesDecoded ?? 0;
    // Energy, not packets: silence is no sound.
    return (inbound?.totalAudioEnergy ?? 0) > 1e-4 ? (inbound?.packetsReceived ?? 0) : 0;
  }

  const me = () => room.localParticipant;
  return {
    async join({ url, token, single = true }) {
      room = new Room({ singlePeerConnection: single });
      watch();
      await room.connect(url, token);
      return { identity: me().identity, sid: me().sid, room: room.name };
    },
    async publish({ kind }) {
      const publication =
        kind === "audio" ? await me().setMicrophoneEnabled(true) : await me().setCameraEnabled(true);
      return publication.trackSid;
    },
    async unpublish({ sid }) {
      await me().unpublishTrack(me().getTrackPublications().find((p) => p.trackSid === sid).track);
    },
    mute: () => me().setMicrophoneEnabled(false),
    send: ({ text, reliable = true, to, topic }) =>
      me().publishData(new TextEncoder().encode(text), {
        reliable,
        destinationIdentities: to,
        topic,
      }),
    text: async ({ text, to }) => {
      await me().sendText(text, { topic: "text", destinationIdentities: to });
    },
    async bytes({ size }) {
      const writer = await me().streamBytes({ topic: "bytes", totalSize: size });
      await writer.write(new Uint8Array(size));
      await writer.close();
    },
    call: ({ to, payload = "", method = "double" }) =>
      me().performRpc({ destinationIdentity: to, method, payload }),
    async describe({ name, metadata, attributes }) {
      if (name) await me().setName(name);
      if (metadata) await me().setMetadata(metadata);
      if (attributes) await me().setAttributes(attributes);
    },
    nobody: () => me().setTrackSubscriptionPermissions(false),
    simulate: ({ scenario }) => room.simulateScenario(scenario),
    async state() {
      const frames = {};
      for (const [key, track] of tracks) frames[key] = await received(track);
      const people = {};
      for (const who of room.remoteParticipants.values()) {
        people[who.identity] = {
          sid: who.sid,
          name: who.name ?? "",
          metadata: who.metadata ?? "",
          attributes: { ...who.attributes },
          tracks: who.getTrackPublications().map((one) => ({
            sid: one.trackSid,
            muted: one.isMuted,
            mime: one.mimeType ?? "",
          })),
        };
      }
      const connected = room.state === "connected";
      return { ...seen, frames, people, connected, metadata: room.metadata ?? "" };
    },
    leave: () => room.disconnect(),
  };
})();
