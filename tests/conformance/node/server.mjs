// The published Node server SDK: one call of RoomService, or one webhook to check; JSON in and out.
import { RoomServiceClient, WebhookReceiver } from "livekit-server-sdk";

const { url, key, secret, method, args = [], body, authorization } = JSON.parse(process.argv[2]);
try {
  const result =
    body === undefined
      ? await new RoomServiceClient(url, key, secret)[method](...args)
      : await new WebhookReceiver(key, secret).receive(body, authorization);
  const text = JSON.stringify({ result: result ?? null }, (_name, value) =>
    typeof value === "bigint" ? Number(value) : value,
  );
  process.stdout.write(text);
} catch (error) {
  process.stdout.write(JSON.stringify({ error: { message: error.message, code: error.code } }));
}
