/**
 * Rules on citations, in our words: Claude wants them for all documents of a request or for none, likewise for search
 * results, and not beside an answer by a schema.
 *
 * Specification: https://platform.claude.com/docs/en/build-with-claude/citations
 */
import type { Model } from "../models/families.ts";
import type { CitationsConfig, ContentBlock, ConverseRequest, ToolResultContent } from "../wire.ts";
import { createModelRefusal } from "./refusal.ts";

/**
 * Checks where citations are asked for.
 *
 * @throws AwsError `ValidationException`.
 */
export function checkCitations(request: ConverseRequest, model: Model): void {
  if (model.family !== "claude") return;
  const { documents, results } = listSwitches(request);
  for (const [what, switches] of [
    ["documents", documents],
    ["search results", results],
  ] as const) {
    const enabled = switches.filter((citations) => citations?.enabled === true).length;
    if (enabled > 0 && enabled < switches.length) {
      throw createModelRefusal(`Citations must be enabled for all ${what} of a request or for none of them.`);
    }
    if (enabled > 0 && request.outputConfig?.textFormat !== undefined) {
      throw createModelRefusal("Citations cannot be used together with output_config.format.");
    }
  }
}

type Switch = CitationsConfig | undefined;

function listSwitches({ messages = [] }: ConverseRequest): { documents: Switch[]; results: Switch[] } {
  const documents: Switch[] = [];
  const results: Switch[] = [];
  const blocks = messages.flatMap(({ content }) =>
    content.flatMap((block): (ContentBlock | ToolResultContent)[] =>
      "toolResult" in block ? block.toolResult.content : [block],
    ),
  );
  for (const block of blocks) {
    if ("document" in block) documents.push(block.document.citations);
    if ("searchResult" in block) results.push(block.searchResult.citations);
  }
  return { documents, results };
}
