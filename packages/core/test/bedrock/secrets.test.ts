import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createChat, failureOf, KEYS, useServer } from "../support/bedrock.ts";
import { start, text } from "../support/events.ts";

const server = useServer();
const SECRET = KEYS.AWS_SECRET_ACCESS_KEY;
const escapes: Record<string, (secret: string) => string> = {
  "as it is": (secret) => secret,
  "as HTML entities": (secret) => secret.replace(/[^a-z0-9]/gi, (c) => `&#x${c.charCodeAt(0).toString(16)};`),
  "as decimal HTML entities": (secret) => secret.replace(/[^a-z0-9]/gi, (c) => `&#${c.charCodeAt(0)};`),
  "percent-encoded": encodeURIComponent,
  "percent-encoded in full": (secret) => secret.replace(/[^]/g, (c) => `%${c.charCodeAt(0).toString(16)}`),
  "as JSON": (secret) => secret.replaceAll("/", "\\/"),
};

/** All that a person or a log may see of an error. */
async function seen(asking: Promise<unknown>): Promise<string> {
  const error = await failureOf(asking);
  return [inspect(error, { depth: Infinity, showHidden: true }), JSON.stringify(error), error.stack].join("\n");
}

describe("an answer that repeats the request", () => {
  test.each(Object.keys(escapes))("in its body, %s, is told without the secret", async (kind) => {
    const quoted = escapes[kind]?.(SECRET) ?? "";
    server().enqueue({ status: 400, body: `<html>${quoted}</html>` });
    expect(await seen(createChat(server()).ask("Hi"))).not.toContain(quoted);
  });

  test("is told without the signed header", async () => {
    // The same clock and body give the same signature.
    const now = Date.now();
    const world = { now: () => now };
    const first = server().nextRequest();
    await createChat(server(), {}, world).ask("Count to 1");
    const again = (await first).headers["authorization"] ?? "";
    expect(again.slice(-64)).toMatch(/^[0-9a-f]{64}$/);
    server().enqueue({ status: 400, body: { message: `You sent ${again}` } });
    expect(await seen(createChat(server(), {}, world).ask("Count to 1"))).not.toContain(again.slice(-64));
  });

  test("in its headers is told without the secret", async () => {
    server().enqueue({
      status: 400,
      headers: { "x-amzn-errortype": `Odd${SECRET}Exception`, "x-amzn-requestid": SECRET },
      body: "{}",
    });
    expect(await seen(createChat(server()).ask("Hi"))).not.toContain(SECRET);
    server().enqueue({ status: 200, headers: { "content-type": SECRET }, body: "{}" });
    expect(await seen(createChat(server()).stream("Hi").response())).not.toContain(SECRET);
  });

  test("in its frames is told without the secret", async () => {
    server().enqueue({
      events: [start, text("Hi"), { error: { code: `E${SECRET}`, message: `No ${SECRET}` } }],
    });
    expect(await seen(createChat(server()).stream("Hi").response())).not.toContain(SECRET);
  });

  test("across the place where its body is cut is told without a part of the secret", async () => {
    server().enqueue({ status: 500, body: "x".repeat(1024 * 1024 - 30) + SECRET });
    expect(await seen(createChat(server(), { maxRetries: 0 }).ask("Hi"))).not.toContain(SECRET.slice(0, 20));
  });
});

describe("an error of the platform", () => {
  test("is told without what hangs on it", async () => {
    const fetch = (): Promise<Response> => {
      const cause = Object.assign(new Error("socket hang up"), { rawPacket: Buffer.from(SECRET), code: "ECONNRESET" });
      return Promise.reject(
        Object.assign(new TypeError("failed", { cause }), { config: { headers: { authorization: SECRET } } }),
      );
    };
    const failure = await failureOf(createChat(server(), { fetch, maxRetries: 0 }).ask("Hi"));
    expect(inspect(failure, { depth: Infinity, showHidden: true })).not.toContain(SECRET);
    expect(failure.cause).toMatchObject({ name: "TypeError", message: "failed", cause: { code: "ECONNRESET" } });
  });

  test("of a credential function is not repeated in the message", async () => {
    const bedrockCredentials = (): never => {
      throw new Error(`cannot use ${SECRET}`);
    };
    const failure = await failureOf(createChat(server(), { bedrockCredentials }).ask("Hi"));
    expect(failure.message).not.toContain(SECRET);
  });
});
