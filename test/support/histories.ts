import type {
  AudioPart,
  ContentPart,
  DocumentPart,
  ImagePart,
  JsonPart,
  JsonValue,
  Message,
  TextPart,
  ToolDefinition,
  ToolResultContent,
  ToolResultPart,
  VideoPart,
} from "@node-llm/core";
import fc from "fast-check";

/** A history as it should not be: what a store, another library or a hand-written prompt may hold. */

const { constant, constantFrom, oneof, record, array, option, integer } = fc;

const words = oneof(
  { weight: 6, arbitrary: constantFrom("Hello", "What is the weather?", "It is warm.\n", "  a b ", "Grüße 😀") },
  { weight: 2, arbitrary: constantFrom("", " ", "\n\t", "\u3000", "\u200b") },
);
const cacheControl = oneof(
  constant({ type: "ephemeral" as const }),
  constant({ type: "ephemeral" as const, ttl: "1h" as const }),
);
const id = constantFrom("t1", "t2", "t3", "tooluse_abc", "a b", "", "ü".repeat(70), "call|1", "t1.2:3-4");
const name = constantFrom(
  "weather",
  "get_weather",
  "get-weather",
  "mcp.server/tool",
  "",
  "x".repeat(80),
  "ümlaut",
  "a b",
  "a.b",
);

const json: fc.Arbitrary<JsonValue> = oneof(
  constantFrom<JsonValue>({}, { a: 1 }, [1, 2], null, true, 5, "text", "", '{"city":"Rome"}', "[1]", { __type: "x" }),
  constantFrom<JsonValue>({ a: { __type: "x" } }, [{ __type: "x" }], { a: [{ b: { __type: 1 } }] }),
);

const text: fc.Arbitrary<TextPart> = record(
  { type: constant("text" as const), text: words, cache_control: cacheControl },
  { requiredKeys: ["type", "text"] },
);
const cited: fc.Arbitrary<ContentPart> = record({
  type: constant("text" as const),
  text: words,
  citations: constantFrom([], [{ title: "T", source: "s" }]),
});
const thinking: fc.Arbitrary<ContentPart> = oneof(
  record({ type: constant("thinking" as const), text: words }),
  record({ type: constant("thinking" as const), text: words, signature: constantFrom("c2ln", "") }),
  record({ type: constant("thinking" as const), text: constant("[REDACTED]"), signature: constant("bm92YQ==") }),
  record({ type: constant("thinking" as const), text: constant(""), redacted: constant("cmVkYWN0ZWQ=") }),
);
const call: fc.Arbitrary<ContentPart> = record({
  type: constant("tool_call" as const),
  id,
  name,
  arguments: json,
});
const served: fc.Arbitrary<ContentPart> = record({
  type: constant("tool_call" as const),
  id,
  name: constantFrom("nova_grounding", "nova_code_interpreter"),
  arguments: constant({}),
  kind: constant("server_tool_use"),
});
const document: fc.Arbitrary<DocumentPart> = record(
  {
    type: constant("document" as const),
    source: oneof(constant({ text: "Some words." }), constant({ base64: "JVBERi0xLjQK" })),
    format: constantFrom("pdf" as const, "md" as const),
    name: constantFrom("report", "report (2)", "a  b", "ü/ö.pdf", "x".repeat(250), "\u3000"),
    citations: fc.boolean(),
    cache_control: cacheControl,
  },
  { requiredKeys: ["type", "source", "format", "name"] },
);
const image: fc.Arbitrary<ImagePart> = record({
  type: constant("image" as const),
  source: constant({
    base64: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  }),
  format: constant("png" as const),
});

const video: fc.Arbitrary<VideoPart> = constant({
  type: "video",
  source: { base64: "AAAAIGZ0eXBpc29t" },
  format: "mp4",
});
const audio: fc.Arbitrary<AudioPart> = constant({ type: "audio", source: { base64: "SUQzBAAAAAAA" }, format: "mp3" });

const jsonPart: fc.Arbitrary<JsonPart> = record({ type: constant("json" as const), json });

function resultOf(inner: fc.Arbitrary<ToolResultContent>): fc.Arbitrary<ToolResultPart> {
  return record(
    {
      type: constant("tool_result" as const),
      id,
      content: oneof(words, array(inner, { maxLength: 3 })),
      isError: fc.boolean(),
      kind: constantFrom("nova_code_interpreter_result", "other"),
      cache_control: cacheControl,
    },
    { requiredKeys: ["type", "id", "content"] },
  );
}

/** How {@link histories} may be. */
export interface HistoryOptions {
  /** Whether images, documents, videos and sounds are among the parts. */
  readonly hasMedia: boolean;
}

/** Histories of any parts in any order, from any role. */
export function histories({ hasMedia }: HistoryOptions): fc.Arbitrary<readonly Message[]> {
  const media = hasMedia ? [document, image, video] : [];
  const result = resultOf(oneof(text, jsonPart, jsonPart, ...media));
  const sounds = hasMedia ? [audio] : [];
  const part = oneof(
    { weight: 4, arbitrary: text },
    cited,
    thinking,
    served,
    { weight: 3, arbitrary: call },
    { weight: 3, arbitrary: result },
    ...media,
    ...sounds,
  );
  const message: fc.Arbitrary<Message> = record({
    role: constantFrom(
      "user" as const,
      "assistant" as const,
      "assistant" as const,
      "tool" as const,
      "user" as const,
      "system" as const,
    ),
    content: oneof(words, array(part, { maxLength: 4 })),
  });
  const exchange = record({
    ids: array(id, { minLength: 1, maxLength: 3 }),
    seed: integer({ min: 0, max: 63 }),
    start: option(thinking),
  }).chain(({ ids, seed, start }) =>
    array(call, { minLength: ids.length, maxLength: ids.length }).chain((calls) =>
      array(result, { minLength: ids.length, maxLength: ids.length }).map((results) =>
        edit(ids, calls, results, seed, start),
      ),
    ),
  );
  return array(oneof({ weight: 3, arbitrary: message.map((one) => [one]) }, { weight: 2, arbitrary: exchange }), {
    minLength: 1,
    maxLength: 7,
  }).map((list) => limitMedia(list.flat()));
}

/** A tool exchange, with the edits that the bits of `seed` choose. */
function edit(
  ids: readonly string[],
  calls: readonly ContentPart[],
  results: readonly ContentPart[],
  seed: number,
  start: ContentPart | null,
): Message[] {
  const has = (bit: number): boolean => (seed >> bit) % 2 === 1;
  const named = <T extends ContentPart>(parts: readonly T[]): T[] =>
    parts.map((part, index) => ({ ...part, id: ids[index] ?? "" }));
  const answers = named(results).slice(has(0) ? 1 : 0);
  if (has(1)) answers.reverse();
  const extra: ContentPart = { type: "text", text: "And another thing." };
  const late: Message[] = has(2) ? [{ role: "assistant", content: "Hm." }] : [];
  return [
    { role: "assistant", content: [...(start ? [start] : []), ...named(calls)] },
    ...(has(3)
      ? [...late, ...answers.map((answer): Message => ({ role: "tool", content: [answer] }))]
      : [...late, { role: "tool" as const, content: has(4) ? [extra, ...answers] : answers }]),
    ...(has(5) ? [{ role: "tool" as const, content: answers.slice(0, 1) }] : []),
  ];
}

/** Leaves out documents after the fifth: no change of ours can make more of them legal. */
function limitMedia(messages: readonly Message[]): readonly Message[] {
  let documents = 0;
  const isKept = (part: ContentPart): boolean => part.type !== "document" || ++documents <= 5;
  return messages.map((message) => {
    if (typeof message.content === "string") return message;
    const content = message.content.filter(isKept).map((part): ContentPart => {
      if (part.type !== "tool_result" || typeof part.content === "string") return part;
      return { ...part, content: part.content.filter((inner) => inner.type !== "document" || ++documents <= 5) };
    });
    return { ...message, content };
  });
}

const schema = constantFrom<ToolDefinition>(
  {
    name: "weather",
    description: "The weather of a city.",
    inputSchema: { type: "object", properties: { city: { type: "string" } } },
  },
  { name: "mcp.server/tool", description: " ", inputSchema: {} },
  {
    name: "get-weather",
    inputSchema: {
      anyOf: [
        { type: "object", properties: { a: { const: 1 } }, required: ["a"] },
        { type: "object", properties: { a: { const: 2 }, b: {} }, required: ["a", "b"] },
      ],
    },
  },
  {
    name: "a.b",
    inputSchema: { $ref: "#/$defs/A", $defs: { A: { type: "object", properties: { x: { type: "number" } } } } },
    strict: true,
  },
  { name: "weather", inputSchema: { type: "string" } },
  { name: "x".repeat(80), inputSchema: { type: "object" }, cache_control: { type: "ephemeral", ttl: "1h" } },
);

/** Tools as an MCP server or a schema library may give them. */
export const toolDefinitions: fc.Arbitrary<readonly ToolDefinition[]> = array(schema, { maxLength: 4 });
