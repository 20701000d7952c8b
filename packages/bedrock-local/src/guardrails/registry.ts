import { AwsError } from "../errors.ts";
import { createGuardrail, type Guardrail } from "./guardrail.ts";
import { SAMPLE_POLICY } from "./keywords.ts";
import type { GuardrailOptions } from "./options.ts";

/** The guardrails of a server. An identifier is an id or an ARN; `region` is what the guardrail's ARN names. */
export interface GuardrailRegistry {
  /** Whether a sample policy answers to every id, because none is configured. */
  readonly isSample: boolean;
  /**
   * The guardrail that a request is to be looked at by.
   *
   * @throws AwsError `ValidationException` when there is none of this id and version.
   */
  find(identifier: string, version: string, region: string): Guardrail;
  /** The guardrail of this id and version; without a version, its draft, or the newest when it has no draft. */
  get(identifier: string, version: string | undefined, region: string): Guardrail | undefined;
  /** Without an identifier, each guardrail as `get` gives it; with one, all its versions, the draft first. */
  list(identifier: string | undefined, region: string): Guardrail[];
}

const DRAFT = "DRAFT";

/**
 * Makes a registry. A guardrail without a version answers to every version that has none of its own. When `guardrails`
 * is `undefined`, a sample policy answers to every id.
 */
export function createGuardrailRegistry(guardrails: readonly GuardrailOptions[] | undefined): GuardrailRegistry {
  const made = new Map<string, Guardrail>();

  function make(options: GuardrailOptions, version: string, region: string): Guardrail {
    // The sample policy answers to any id that is sent: keeping each would never end.
    if (guardrails === undefined) return createGuardrail(options, version, region);
    const key = `${options.id}/${version}/${region}`;
    const guardrail = made.get(key) ?? createGuardrail(options, version, region);
    made.set(key, guardrail);
    return guardrail;
  }

  /** The guardrails of one id by version, the draft first, then by number. */
  function listVersions(identifier: string): [version: string, options: GuardrailOptions][] {
    const id = parseGuardrailId(identifier);
    if (guardrails === undefined) return [[DRAFT, { ...SAMPLE_POLICY, id }]];
    return guardrails
      .filter((options) => options.id === id)
      .map((options): [string, GuardrailOptions] => [options.version ?? DRAFT, options])
      .toSorted(([a], [b]) => rank(a) - rank(b));
  }

  function get(identifier: string, wanted: string | undefined, region: string): Guardrail | undefined {
    const versions = listVersions(identifier);
    const latest = versions[0]?.[0] === DRAFT ? DRAFT : versions.at(-1)?.[0];
    const version = wanted ?? latest ?? DRAFT;
    const [, options] =
      versions.find(([name]) => name === version) ?? versions.find(([, { version: own }]) => own === undefined) ?? [];
    return options && make(options, version, region);
  }

  return {
    isSample: guardrails === undefined,
    get,
    find(identifier, version, region): Guardrail {
      const guardrail = get(identifier, version, region);
      if (guardrail !== undefined) return guardrail;
      throw new AwsError(
        "ValidationException",
        "The guardrail identifier or version provided in the request does not exist.",
      );
    },
    list(identifier, region): Guardrail[] {
      if (identifier !== undefined) {
        return listVersions(identifier).map(([version, options]) => make(options, version, region));
      }
      const ids = new Set((guardrails ?? []).map(({ id }) => id));
      return [...ids].flatMap((id) => get(id, undefined, region) ?? []);
    },
  };
}

/** The id in an ARN, or the identifier itself. */
function parseGuardrailId(identifier: string): string {
  return /^arn:.*:guardrail\/(.+)$/.exec(identifier)?.[1] ?? identifier;
}

function rank(version: string): number {
  return version === DRAFT ? 0 : Number(version);
}
