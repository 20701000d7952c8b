import { checkRules, isBoolean, type Rules } from "../checks.ts";
import type { LoadedMedia } from "./complete.ts";
import type { MediaKind } from "./formats.ts";

/** How media are read. */
export interface MediaOptions {
  /**
   * Whether URLs may lead into private networks: loopback, 10.0.0.0/8, link-local addresses and the like. Default `false`,
   * so that nobody who may name a URL reaches what only your servers reach.
   */
  readonly allowPrivateAddresses?: boolean | undefined;
  /** How long fetching one URL may take, redirects included, in milliseconds. Default 30,000; `0` waits for ever. */
  readonly timeoutMs?: number | undefined;
}

const RULES: Rules<keyof MediaOptions> = {
  allowPrivateAddresses: [isBoolean, "true or false"],
  timeoutMs: [(ms) => typeof ms === "number" && ms >= 0, "milliseconds, 0 or more"],
};

/** @throws {ConfigurationError} `ERR_CONFIGURATION` when an option is unknown or wrong */
export function checkMediaOptions(options: MediaOptions): void {
  checkRules(options, RULES, "media.");
}

/** Reads a path or URL. `kind` bounds its size; `undefined` when it is not known yet. */
export type LoadMedia = (
  location: string,
  kind: MediaKind | undefined,
  signal: AbortSignal | undefined,
) => Promise<LoadedMedia>;
