import type { OperationContext } from "../operations/operation.ts";

/** What of an operation's context the work needs. */
export type AsyncContext = Pick<OperationContext, "modelId" | "store" | "now">;

/** A file of the result, named as below the invocation's own folder. */
export interface OutputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** Work that was found good. `folderUri` is where its files go to. */
export type AsyncWork = (context: AsyncContext, folderUri: string) => Promise<readonly OutputFile[]>;

/** A file of JSON. */
export function renderJsonFile(name: string, value: unknown): OutputFile {
  return { name, bytes: Buffer.from(JSON.stringify(value)), contentType: "application/json" };
}
