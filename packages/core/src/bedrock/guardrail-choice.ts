import { InputError } from "../errors.ts";
import type { GuardrailConfig } from "../provider.ts";
import type { BedrockOptions } from "./config.ts";

/** A guardrail and its version. */
export interface ChosenGuardrail {
  readonly guardrailIdentifier: string;
  readonly guardrailVersion: string;
  readonly trace: GuardrailConfig["trace"];
}

/**
 * The guardrail of one request: the one that is given, completed by the client's.
 *
 * @param name the option, for errors
 * @throws {InputError} `ERR_INPUT` when identifier or version is missing
 */
export function resolveGuardrail(
  config: Pick<GuardrailConfig, "guardrailIdentifier" | "guardrailVersion" | "trace"> | undefined,
  client: BedrockOptions,
  name = "guardrail",
): ChosenGuardrail | undefined {
  if (config === undefined) return undefined;
  const { bedrockGuardrailIdentifier: clientId, bedrockGuardrailVersion, bedrockGuardrailTrace } = client;
  const { guardrailIdentifier = clientId, trace = bedrockGuardrailTrace } = config;
  // A version belongs to its guardrail: the client's says nothing of another one.
  const clientVersion = guardrailIdentifier === clientId ? bedrockGuardrailVersion : undefined;
  const guardrailVersion = config.guardrailVersion ?? clientVersion;
  if (guardrailIdentifier !== undefined && guardrailVersion !== undefined) {
    return { guardrailIdentifier, guardrailVersion, trace };
  }
  const missing = guardrailIdentifier === undefined ? "guardrailIdentifier" : "guardrailVersion";
  throw new InputError(
    `${name} has no ${missing}: give guardrailIdentifier and guardrailVersion, ` +
      "or bedrockGuardrailIdentifier and bedrockGuardrailVersion to createLLM().",
  );
}
