/** The events of ConverseStream. */
import type { Base64, ErrorBlock, Json, MediaSource } from "./media.ts";
import type { Citation, Role } from "./content.ts";
import type { ConverseTrace, StopReason, TokenUsage } from "./response.ts";
import type { PerformanceConfiguration, ServiceTier } from "./request.ts";

/** How a block begins. Text, reasoning and citations have no start event. */
export type ContentBlockStart =
  | { toolUse: { toolUseId: string; name: string; type?: string } }
  | { toolResult: { toolUseId: string; type?: string; status?: string } }
  | { image: { format: string } };

/** A part of a block. The `input` of a tool call is a piece of JSON text. */
export type ContentBlockDelta =
  | { text: string }
  | { toolUse: { input: string } }
  | { toolResult: ({ text: string } | { json: Json })[] }
  | { reasoningContent: { text: string } | { signature: string } | { redactedContent: Base64 } }
  | { citation: Citation }
  | { image: { source?: MediaSource; error?: ErrorBlock } };

/** The last event of a stream. */
export interface MetadataEvent {
  usage: TokenUsage;
  metrics: { latencyMs: number };
  trace?: ConverseTrace;
  performanceConfig?: PerformanceConfiguration;
  serviceTier?: ServiceTier;
}

/** One event of ConverseStream: the member's name is the frame's `:event-type`, its value is the frame's payload. */
export type StreamEvent =
  | { messageStart: { role: Role } }
  | { contentBlockStart: { start: ContentBlockStart; contentBlockIndex: number } }
  | { contentBlockDelta: { delta: ContentBlockDelta; contentBlockIndex: number } }
  | { contentBlockStop: { contentBlockIndex: number } }
  | { messageStop: { stopReason: StopReason; additionalModelResponseFields?: Json } }
  | { metadata: MetadataEvent };
