// A participant made of the published browser SDK alone, for tests that need what our page hides.
window.participant = (() => {
  const { Room, RoomEvent } = window.LivekitClient;
  const room = new Room();
  const data = [];
  const video = new Map();
  room.on(RoomEvent.DataReceived, (payload, from) =>
    data.push({ text: new TextDecoder().decode(payload), from: from?.identity ?? null }),
  );
  room.on(RoomEvent.TrackSubscribed, (track, _publication, from) => {
    const element = track.attach();
    document.documentElement.append(element);
    if (track.kind === "video") video.set(from.identity, element);
  });
  room.registerRpcMethod("double", async ({ payload }) => String(Number(payload) * 2));
  return {
    async join(url, token) {
      await room.connect(url, token);
      await room.localParticipant.enableCameraAndMicrophone();
      return room.localParticipant.identity;
    },
    listen: (url, token) => room.connect(url, token),
    async publish(url, token, videoCodec) {
      await room.connect(url, token);
      const [camera] = await room.localParticipant.createTracks({ video: true });
      // One codec alone: a backup would hide that the wanted one fails.
      await room.localParticipant.publishTrack(camera, { videoCodec, backupCodec: false });
    },
    // What of a participant's camera to receive: 0 low, 1 medium, 2 high.
    wish(identity, quality) {
      const publications = room.remoteParticipants.get(identity)?.videoTrackPublications.values();
      publications?.next().value?.setVideoQuality(quality);
    },
    async decoded(identity) {
      const publications = room.remoteParticipants.get(identity)?.videoTrackPublications.values();
      const track = publications?.next().value?.track;
      const report = track ? [...(await track.getRTCStatsReport()).values()] : [];
      const inbound = report.find((entry) => entry.type === "inbound-rtp");
      const codec = report.find((entry) => entry.id === inbound?.codecId);
      return {
        codec: codec?.mimeType ?? "",
        frames: inbound?.framesDecoded ?? 0,
        height: inbound?.frameHeight ?? 0,
        frozen: inbound?.totalFreezesDuration ?? 0,
      };
    },
    send: (text, reliable) =>
      room.localParticipant.publishData(new TextEncoder().encode(text), { reliable }),
    call: (destinationIdentity, method, payload) =>
      room.localParticipant.performRpc({ destinationIdentity, method, payload }),
    data: () => data,
    height: (identity) => video.get(identity)?.videoHeight ?? 0,
    leave: () => room.disconnect(),
  };
})();
