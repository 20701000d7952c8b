import { renderSortedJson } from "../json.ts";
import type { OperationContext } from "./operation.ts";

/** Answers with JSON, its members in alphabetical order. */
export function respondJson({ exchange, baseHeaders }: OperationContext, body: unknown): void {
  const headers = { ...baseHeaders, "content-type": "application/json" };
  exchange.respond(200, headers, Buffer.from(renderSortedJson(body)));
}
