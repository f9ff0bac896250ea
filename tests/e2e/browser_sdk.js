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
    send: (text, reliable) =>
      room.localParticipant.publishData(new TextEncoder().encode(text), { reliable }),
    call: (destinationIdentity, method, payload) =>
      room.localParticipant.performRpc({ destinationIdentity, method, payload }),
    data: () => data,
    height: (identity) => video.get(identity)?.videoHeight ?? 0,
    leave: () => room.disconnect(),
  };
})();
