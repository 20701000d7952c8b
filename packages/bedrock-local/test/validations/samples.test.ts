import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../src/errors.ts";
import { validateConverse } from "../../src/validations/converse.ts";

const folder = new URL("../../../../../shared/samples/", import.meta.url);

interface Recording {
  exchange: {
    id: string;
    request: { path: string; body: unknown };
    response: { status: number; bodyText?: string };
  };
}

function readRecordings(): Recording["exchange"][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith("converse"))
    .map((name) => {
      const recording: Recording = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
      return recording.exchange;
    });
}

function validate({ request }: Recording["exchange"]): void {
  const [, modelId = "", operation] = /^\/model\/(.+)\/(converse(?:-stream)?)$/.exec(request.path) ?? [];
  const streaming = operation === "converse-stream";
  validateConverse({ modelId: decodeURIComponent(modelId), body: request.body, streaming });
}

/** Refused by the account or by the model's end of life, which no local server can know. */
const REFUSED_ELSEWHERE = new Set([403, 404]);

describe.skipIf(!existsSync(folder))("recorded requests", () => {
  const recordings = readRecordings();

  it.each(recordings.filter(({ response }) => response.status === 200))("$id is accepted", (recording) => {
    expect(() => validate(recording)).not.toThrow();
  });

  it.each(recordings.filter(({ response }) => response.status === 400))(
    "$id is refused in the same words",
    (recording) => {
      const { message }: { message: string } = JSON.parse(recording.response.bodyText ?? "{}");
      expect(() => validate(recording)).toThrow(new AwsError("ValidationException", message));
    },
  );

  it.each(recordings.filter(({ response }) => REFUSED_ELSEWHERE.has(response.status)))(
    "$id is accepted, being refused for reasons outside of the request",
    (recording) => {
      expect(() => validate(recording)).not.toThrow();
    },
  );
});
