import type { Warn, WireBlock, WireRequest } from "../wire.ts";
import { isBlank, keep, mapContent } from "./blocks.ts";

/** Leaves out text that says nothing: Bedrock refuses empty text, and white space in most places. */
export function dropBlankText(request: WireRequest, warn: Warn): WireRequest {
  const drop = (blocks: readonly WireBlock[], where: string): readonly WireBlock[] => {
    if (!blocks.some(isBlank)) return blocks;
    warn("blank_text_dropped", `Blank text in ${where} was left out of the request: Bedrock refuses it.`);
    return blocks.filter((block) => !isBlank(block));
  };
  const system = keep(request.system, drop(request.system, "system"));
  const messages = mapContent(request.messages, ({ role, content }, index) =>
    drop(content, `messages[${index}] (${role})`),
  );
  return system === request.system && messages === request.messages ? request : { ...request, system, messages };
}
