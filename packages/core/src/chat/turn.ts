import { toJsonSchema } from "../schema/json-schema.ts";
import type { Schema } from "../schema/standard-schema.ts";
import type { ChatRequest, Provider } from "../provider.ts";
import { compact } from "../types/json.ts";
import type { Message } from "../types/message.ts";
import type { ToolDefinition } from "../types/tool.ts";
import { LoopStream } from "./loop-stream.ts";
import { Loop, type LoopSetup, type Output } from "./loop.ts";
import { hasMedia } from "./media-parts.ts";
import { readAttachments, readMedia, type AttachmentOptions } from "./media.ts";
import type { Middleware } from "./middleware.ts";
import type { SchemaOptions } from "./schema-options.ts";
import { createOutput } from "./structured.ts";
import type { ToolHooks } from "./tool-hooks.ts";
import type { Toolbox } from "./tools.ts";
import { freezeCopy } from "./history.ts";
import type { ChatDefaults } from "./chat-defaults.ts";

/** A schema that answers shall fit, and how that is asked for, as soon as it was made. */
export interface SchemaDraft {
  readonly schema: Schema;
  readonly options: SchemaOptions;
  readonly made: { output?: Output };
}

/** A turn that is about to be taken. */
export interface TurnDraft {
  readonly provider: Provider;
  /** Without tools and output, which are still to be made. */
  readonly request: ChatRequest;
  /** The conversation before the turn. */
  readonly before: readonly Message[];
  /** The messages that the turn adds. */
  readonly question: readonly Message[];
  readonly attachments: AttachmentOptions;
  readonly toolbox: Toolbox | undefined;
  readonly schema: SchemaDraft | undefined;
  readonly hooks: ToolHooks;
  readonly middlewares: readonly Middleware[];
  readonly defaults: ChatDefaults;
}

/**
 * The loop of a turn that needs more than one request of plain messages.
 *
 * @throws {InputError} `ERR_INPUT` when a schema or an attachment is none
 */
export function createLoop(draft: TurnDraft): Loop {
  return new Loop(createSetup(draft));
}

/** The same for a turn that is streamed. */
export function createLoopStream(draft: TurnDraft): LoopStream {
  return new LoopStream(createSetup(draft));
}

/**
 * The first request of a turn, with all media read, for who does not want it answered.
 *
 * @throws {InputError} `ERR_INPUT` when a schema or an attachment is none, `ERR_MEDIA` when a medium cannot be read
 */
export async function createRequest(draft: TurnDraft): Promise<ChatRequest> {
  const { request, prepare } = createSetup(draft);
  const ready = await prepare?.(request.options.signal ?? new AbortController().signal);
  return ready ? { ...request, messages: [...ready.before, ...ready.question] } : request;
}

function createSetup(draft: TurnDraft): LoopSetup {
  const { provider, before, question, toolbox, schema, hooks, middlewares, defaults } = draft;
  const { messages } = draft.request;
  const output = schema && (schema.made.output ??= createOutput(schema.schema, schema.options));
  const attachments = readAttachments(draft.attachments);
  const { load, follow, completed } = defaults;
  const isIncomplete = (message: Message): boolean => hasMedia(message) && !completed.has(message);
  return {
    provider,
    request: {
      ...draft.request,
      ...(toolbox && toolMembers(toolbox, messages)),
      ...(output && { output: output.format }),
    },
    question,
    prepare:
      attachments.length > 0 || messages.some(isIncomplete)
        ? (signal) => readMedia({ before, question }, attachments, load, completed, signal)
        : undefined,
    toolbox,
    hooks,
    middlewares,
    output,
    maxRounds: toolbox?.maxRounds ?? defaults.maxToolCalls,
    follow,
  };
}

/** What a request says of tools. When the results of calls were just added, nothing more has to be called. */
function toolMembers(toolbox: Toolbox, messages: readonly Message[]): Partial<ChatRequest> {
  const { choice, parallel } = toolbox;
  const isForced = choice === "required" || typeof choice === "object";
  const toolChoice = choice === "auto" || (isForced && messages.at(-1)?.role === "tool") ? undefined : choice;
  const tools = (toolbox.made.definitions ??= Object.freeze(toolbox.drafts.map(renderDefinition)));
  return { tools, ...compact({ toolChoice }), ...(parallel === false && { parallelToolCalls: false }) };
}

function renderDefinition(draft: Toolbox["drafts"][number]): ToolDefinition {
  if ("systemTool" in draft) return draft;
  const { schema, ...rest } = draft;
  return freezeCopy({
    ...rest,
    inputSchema: schema === undefined ? { type: "object", properties: {} } : toJsonSchema(schema),
  });
}
