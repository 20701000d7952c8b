/**
 * Reads the bodies of Claude (Messages API) as requests of Converse.
 *
 * Specification: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html
 */
import { isPlainObject } from "../../json.ts";
import { createRefusal } from "../../validations/refusal.ts";
import { dropUndefined } from "./text-family.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Members that are read here. All others go to the model as they are, which refuses what it does not know. */
const READ: ReadonlySet<string> = new Set([
  "anthropic_version",
  "max_tokens",
  "messages",
  "metadata",
  "stop_sequences",
  "system",
  "temperature",
  "tools",
  "top_p",
]);

const VERSION = "bedrock-2023-05-31";
const BLOCK_TYPES =
  "'document', 'image', 'redacted_thinking', 'search_result', 'text', 'thinking', 'tool_result', 'tool_use'";

/**
 * Reads a body. What Converse checks, too, is left to its validator.
 *
 * @throws AwsError `ValidationException`.
 */
export function parseClaude(body: Fields): Fields {
  const { anthropic_version: version, max_tokens: maxTokens, messages, system, tools, tool_choice: choice } = body;
  if (version === undefined) throw createRefusal("anthropic_version: Field required");
  if (version !== VERSION) throw createRefusal(`anthropic_version: Input should be '${VERSION}'`);
  if (maxTokens === undefined) throw createRefusal("max_tokens: Field required");
  if (typeof maxTokens !== "number") throw createRefusal("max_tokens: Input should be a valid integer");
  if (maxTokens < 1) throw createRefusal("max_tokens: Input should be greater than or equal to 1");
  if (messages === undefined) throw createRefusal("messages: Field required");
  const toolConfig = parseTools(tools, choice);
  return {
    messages: readList(messages, "messages").map(parseMessage),
    ...(system === undefined ? {} : { system: parseBlocks(system, "system") }),
    ...(toolConfig === undefined ? {} : { toolConfig }),
    inferenceConfig: dropUndefined({
      maxTokens,
      temperature: body["temperature"],
      topP: body["top_p"],
      stopSequences: body["stop_sequences"],
    }),
    additionalModelRequestFields: Object.fromEntries(Object.entries(body).filter(([name]) => !READ.has(name))),
    additionalModelResponseFieldPaths: ["/stop_sequence"],
  };
}

function parseMessage(message: unknown, index: number): Fields {
  const { role, content } = readObject(message, `messages.${index}`);
  if (content === undefined) throw createRefusal(`messages.${index}.content: Field required`);
  return { role, content: parseBlocks(content, `messages.${index}.content`) };
}

/** Text, or a list of blocks. A cache mark on a block becomes a cache point after it. */
function parseBlocks(content: unknown, at: string): Fields[] {
  if (typeof content === "string") return [{ text: content }];
  return readList(content, at).flatMap((item, index) => {
    const block = readObject(item, `${at}.${index}`);
    return [parseBlock(block, `${at}.${index}`), ...parseCache(block)];
  });
}

function parseCache({ cache_control: cache }: Fields): Fields[] {
  if (!isPlainObject(cache)) return [];
  return [{ cachePoint: dropUndefined({ type: "default", ttl: cache["ttl"] }) }];
}

function parseBlock(block: Fields, at: string): Fields {
  switch (block["type"]) {
    case "text":
      return { text: block["text"] };
    case "image":
      return parseImage(block, at);
    case "document":
      return parseDocument(block, at);
    case "tool_use":
      return { toolUse: { toolUseId: block["id"], name: block["name"], input: block["input"] } };
    case "tool_result":
      return parseResult(block, at);
    case "thinking":
      return {
        reasoningContent: {
          reasoningText: dropUndefined({ text: block["thinking"], signature: block["signature"] }),
        },
      };
    case "redacted_thinking":
      return { reasoningContent: { redactedContent: Buffer.from(String(block["data"])).toString("base64") } };
    case "search_result": {
      const { source, title, citations } = block;
      const content = parseBlocks(block["content"] ?? [], `${at}.content`);
      return { searchResult: dropUndefined({ source, title, content, citations }) };
    }
    default:
      throw createRefusal(
        `${at}: Input tag '${String(block["type"])}' found using 'type' does not match any of the expected tags: ${BLOCK_TYPES}`,
      );
  }
}

function parseImage(block: Fields, at: string): Fields {
  const source = readSource(block, at, "image");
  const format = String(source["media_type"]).replace(/^image\//, "");
  return { image: { format, source: { bytes: source["data"] } } };
}

/** Converse names each document and refuses most signs in names, so the place in the request names it. */
function parseDocument(block: Fields, at: string): Fields {
  const { title, context, citations } = block;
  const name = `${typeof title === "string" ? title : "document"} ${at}`.replaceAll(/[^A-Za-z0-9()[\]-]+/g, " ").trim();
  const rest = dropUndefined({ name, context, citations });
  const source = readSource(block, at, "document");
  if (source["type"] === "text") return { document: { ...rest, format: "txt", source: { text: source["data"] } } };
  if (source["type"] !== "content") return { document: { ...rest, format: "pdf", source: { bytes: source["data"] } } };
  return { document: { ...rest, source: { content: parseBlocks(source["content"], `${at}.source.content`) } } };
}

function readSource(block: Fields, at: string, kind: string): Fields {
  const source = readObject(block["source"], `${at}.${kind}.source`);
  if (source["type"] !== "url" && source["type"] !== "file") return source;
  throw createRefusal(`${at}.${kind}.source.base64.data: URL sources are not supported`);
}

function parseResult(block: Fields, at: string): Fields {
  const { tool_use_id: toolUseId, content = [], is_error: isError } = block;
  return {
    toolResult: dropUndefined({
      toolUseId,
      content: parseBlocks(content, `${at}.content`),
      status: isError === true ? "error" : undefined,
    }),
  };
}

/** Only what Converse knows, too, is told twice: `none` and single calls stay in `tool_choice`. */
function parseTools(tools: unknown, choice: unknown): Fields | undefined {
  if (tools === undefined) return undefined;
  const list = readList(tools, "tools");
  if (list.length === 0) return undefined;
  const type = isPlainObject(choice) ? choice["type"] : undefined;
  const forced =
    type === "any" ? { any: {} } : type === "tool" && isPlainObject(choice) ? { tool: { name: choice["name"] } } : {};
  return {
    tools: list.flatMap(parseTool),
    ...(Object.keys(forced).length > 0 ? { toolChoice: forced } : {}),
  };
}

/** Tools that Anthropic has defined come without a schema. */
function parseTool(item: unknown, index: number): Fields[] {
  const tool = readObject(item, `tools.${index}`);
  const { name, description, input_schema: json = { type: "object" }, strict } = tool;
  return [{ toolSpec: dropUndefined({ name, description, inputSchema: { json }, strict }) }, ...parseCache(tool)];
}

function readList(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw createRefusal(`${at}: Input should be a valid list`);
}

function readObject(value: unknown, at: string): Fields {
  if (isPlainObject(value)) return value;
  throw createRefusal(`${at}: Input should be a valid dictionary`);
}
