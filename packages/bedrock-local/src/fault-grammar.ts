import { AWS_ERROR_NAMES, isAwsErrorName } from "./errors.ts";
import {
  type ChooseFaults,
  createFaultChooser,
  type Fault,
  FAULT_KINDS,
  type FaultChooser,
  type FaultKind,
  type FaultOptions,
  hashRequest,
  listPlaces,
} from "./fault-plan.ts";
import { createRandom } from "./random.ts";
import { OPERATION_NAMES } from "./router.ts";

/** `[operation:]kind[=detail][@place][#attempts][~chance%]` */
const RULE =
  /^(?:(?<operation>\w+):)?(?<kind>[a-z-]+)(?:=(?<detail>[\w.-]+))?(?:@(?<place>\w+%?))?(?:#(?<attempts>\d+(?:-\d*)?))?(?:~(?<chance>\d+(?:\.\d+)?)%)?$/;
const FORM = "[operation:]kind[=detail][@place][#attempts][~chance%], for example cut@3#1 or Converse:throttle~10%";
/** Stands for faults at random. */
const ANY = "any";

interface Detail {
  readonly fallback: string | number;
  readonly isFine: (text: string) => boolean;
  readonly hint: string;
}

const isWord = (text: string): boolean => /^\w+$/.test(text);
const isCount = (text: string): boolean => /^\d{1,7}$/.test(text);

const DETAILS: Readonly<Partial<Record<FaultKind, Detail>>> = {
  "http-error": {
    fallback: "InternalServerException",
    isFine: isAwsErrorName,
    hint: `one of ${AWS_ERROR_NAMES.join(", ")}`,
  },
  "http-error-bare": {
    fallback: 503,
    isFine: (text) => /^[45]\d\d$/.test(text),
    hint: "an HTTP status from 400 to 599",
  },
  "throttle-retry-after": { fallback: 1, isFine: isCount, hint: "whole seconds" },
  "clock-skew": { fallback: "RequestTimeTooSkewed", isFine: isWord, hint: "the name of an exception" },
  exception: { fallback: "internalServerException", isFine: isWord, hint: "the name of an exception" },
  error: { fallback: "InternalFailure", isFine: isWord, hint: "an error code" },
  delay: { fallback: 100, isFine: isCount, hint: "whole milliseconds" },
};

/** A rule of the grammar. */
interface Rule {
  /** Default: every operation. */
  readonly operation: string | undefined;
  /** `undefined` for faults at random. */
  readonly fault: Fault | undefined;
  /** The first and the last attempt that it strikes, from 1. */
  readonly attempts: readonly [first: number, last: number];
  /** 0 to 1. */
  readonly chance: number;
}

/**
 * What decides by any of the forms of the option `faults`.
 *
 * @throws RangeError or TypeError for what makes no sense
 */
export function resolveFaults(given: FaultOptions | ChooseFaults | FaultChooser | string, seed: number): FaultChooser {
  if (typeof given === "string") return parseFaults(given, seed);
  if ("ofRequest" in given) return given;
  const ofRequest = typeof given === "object" ? createFaultChooser(given, seed) : given;
  return { ofRequest, ofConnection: () => [] };
}

/**
 * Reads rules, with white space between them: `[operation:]kind[=detail][@place][#attempts][~chance%]`.
 *
 * `kind` is a `FaultKind`, or `any` for faults at random, as many as its chance says. `detail` is what the kind needs: exception,
 * status, code, milliseconds or seconds. `place` is the number of a frame (from 0), a share of a whole body (`50%`), `connect` or
 * `end`. `attempts` are those of the same request, or the numbers of connections, from 1: `1`, `2-3`, `2-`. Several rules may
 * strike the same answer. Chance comes from the seed, and is the same for the same request.
 *
 * @throws TypeError that names the rule and what is wrong with it
 */
export function parseFaults(text: string, seed: number): FaultChooser {
  const rules = text.split(/\s+/).filter(Boolean).map(parseRule);
  const isOfConnection = ({ fault }: Rule): boolean => fault?.at === "connect";
  const ofRequest = rules.filter((rule) => !isOfConnection(rule)).map((rule, at) => createChooser(rule, seed, at));
  const ofConnection = rules.filter(isOfConnection);
  return {
    ofRequest: (request, occurrence) => ofRequest.flatMap((choose) => choose(request, occurrence)),
    ofConnection: (connection) =>
      ofConnection.flatMap(({ fault, chance, attempts: [first, last] }, at) => {
        const isDue = connection >= first && connection <= last && createRandom(seed, at, connection)() < chance;
        return fault !== undefined && isDue ? [fault] : [];
      }),
  };
}

function createChooser(
  { operation, fault, attempts: [first, last], chance }: Rule,
  seed: number,
  at: number,
): ChooseFaults {
  const choose: ChooseFaults =
    fault === undefined
      ? createFaultChooser({ rate: chance }, seed + at)
      : (request, occurrence) => (createRandom(seed, at, hashRequest(request), occurrence)() < chance ? [fault] : []);
  return (request, occurrence) => {
    const isMeant = operation === undefined || operation === request.operation;
    return isMeant && occurrence + 1 >= first && occurrence + 1 <= last ? choose(request, occurrence) : [];
  };
}

/** A fault as the grammar writes it: `exception=throttlingException@3`. */
export function renderFault({ kind, detail, frame, share, at }: Fault): string {
  const place = frame ?? (share === undefined ? at : `${Math.round(share * 100)}%`);
  return `${kind}${detail === undefined ? "" : `=${detail}`}${place === undefined ? "" : `@${place}`}`;
}

function parseRule(text: string): Rule {
  const { operation, kind = "", detail, place, attempts = "1-", chance = "100" } = RULE.exec(text)?.groups ?? {};
  if (kind === "") throw new TypeError(`The fault "${text}" is not understood: write ${FORM}.`);
  if (operation !== undefined && !OPERATION_NAMES.some((name) => name === operation)) {
    throw new TypeError(`The fault "${text}" names no operation: give one of ${OPERATION_NAMES.join(", ")}.`);
  }
  if (Number(chance) > 100) throw new TypeError(`The fault "${text}" has a chance of more than 100%.`);
  const [first = "1", last = first] = attempts.split("-", 2);
  const range = [Number(first), last === "" ? Infinity : Number(last)] as const;
  if (range[0] < 1 || range[1] < range[0]) {
    throw new TypeError(`The fault "${text}" has no attempts: count from 1, as in #1, #2-3 or #2-.`);
  }
  const common = { operation, attempts: range, chance: Number(chance) / 100 };
  if (kind === ANY) {
    if (detail === undefined && place === undefined) return { ...common, fault: undefined };
    throw new TypeError(`The fault "${text}" is at random: give ${ANY} neither = nor @.`);
  }
  const fault = createFault(text, kind, detail, place);
  if (fault.at === "connect" && operation !== undefined) {
    throw new TypeError(`The fault "${text}" strikes before any request: leave out ${operation}.`);
  }
  return { ...common, fault };
}

function createFault(text: string, kindText: string, detail: string | undefined, place: string | undefined): Fault {
  const kind = FAULT_KINDS.find((name) => name === kindText);
  if (kind === undefined) {
    throw new TypeError(`The fault "${text}" has no known kind: give one of ${FAULT_KINDS.join(", ")}, ${ANY}.`);
  }
  const { fallback, isFine, hint } = DETAILS[kind] ?? {};
  if (detail !== undefined && !isFine?.(detail)) {
    throw new TypeError(`The fault "${text}" has a wrong detail: ${kind} takes ${hint ?? "none"}.`);
  }
  const given = detail ?? fallback;
  const what = given === undefined ? { kind } : { kind, detail: isCount(String(given)) ? Number(given) : given };
  return { ...what, ...parsePlace(text, kind, place) };
}

function parsePlace(text: string, kind: FaultKind, place: string | undefined): Omit<Fault, "kind" | "detail"> {
  const places = listPlaces(kind);
  const fail = (): never => {
    const names = {
      "": "no place",
      frame: "the number of a frame",
      share: "a share as 50%",
      connect: "connect",
      end: "end",
    };
    throw new TypeError(
      `The fault "${text}" has a wrong place: ${kind} takes ${places.map((each) => names[each]).join(", ")}.`,
    );
  };
  if (place === undefined) return places.includes("") ? {} : places.length === 1 ? { frame: 0 } : fail();
  if (/^\d{1,6}$/.test(place)) return places.includes("frame") ? { frame: Number(place) } : fail();
  if (/^(\d\d?|100)%$/.test(place)) return places.includes("share") ? { share: parseInt(place, 10) / 100 } : fail();
  if (place !== "connect" && place !== "end") return fail();
  return places.includes(place) ? { at: place } : fail();
}
