import { AwsError } from "../errors.ts";
import { createGuardrail, type Guardrail } from "./guardrail.ts";
import { SAMPLE_POLICY } from "./keywords.ts";
import type { GuardrailOptions } from "./options.ts";

/** The guardrails of a server. */
export interface GuardrailRegistry {
  /**
   * The guardrail that a request names.
   *
   * @param identifier id or ARN.
   * @throws AwsError `ValidationException` when there is none of this id and version.
   */
  find(identifier: string, version: string): Guardrail;
}

const ID_IN_ARN = /^arn:.*:guardrail\/([a-z0-9]+)$/;

/**
 * Makes a registry. A guardrail without a version answers to every version. When `guardrails` is `undefined`, a sample
 * policy answers to every id.
 */
export function createGuardrailRegistry(
  guardrails: readonly GuardrailOptions[] | undefined,
  region: string,
): GuardrailRegistry {
  const made = new Map<GuardrailOptions, Map<string, Guardrail>>();

  function findOptions(id: string, version: string): GuardrailOptions | undefined {
    if (guardrails === undefined) return { ...SAMPLE_POLICY, id };
    return guardrails.find((known) => known.id === id && (known.version === undefined || known.version === version));
  }

  return {
    find(identifier, version): Guardrail {
      const options = findOptions(ID_IN_ARN.exec(identifier)?.[1] ?? identifier, version);
      if (options === undefined) {
        throw new AwsError(
          "ValidationException",
          "The guardrail identifier or version provided in the request does not exist.",
        );
      }
      const versions = made.get(options) ?? new Map<string, Guardrail>();
      const guardrail = versions.get(version) ?? createGuardrail(options, version, region);
      if (guardrails !== undefined) made.set(options, versions.set(version, guardrail));
      return guardrail;
    },
  };
}
