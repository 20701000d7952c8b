import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseFaults, renderFault } from "../src/fault-grammar.ts";
import { createFaultChooser, type Fault, FAULT_KINDS, listPlaces } from "../src/fault-plan.ts";
import type { ReceivedRequest } from "../src/index.ts";
import { createRequestRecord } from "../src/requests.ts";

function createRequest(operation: ReceivedRequest["operation"] = "Converse", body = "{}"): ReceivedRequest {
  const exchange = {
    method: "POST",
    target: "/model/m/converse",
    httpVersion: "1.1",
    rawHeaders: [],
    status: undefined,
    closed: Promise.resolve("completed" as const),
  };
  return Object.assign(createRequestRecord({ id: "r", startedAt: 0, exchange }), {
    operation,
    body: Buffer.from(body),
  });
}

/** What strikes the first attempts of one request. */
function strikes(rules: string, attempts: number, request = createRequest()): Fault[][] {
  const { ofRequest } = parseFaults(rules, 7);
  return Array.from({ length: attempts }, (_, occurrence) => [...ofRequest(request, occurrence)]);
}

describe("rules of faults", () => {
  it.each<[string, Fault]>([
    ["reset", { kind: "reset" }],
    ["cut@3", { kind: "cut", frame: 3 }],
    ["cut@50%", { kind: "cut", share: 0.5 }],
    ["close@end", { kind: "close", at: "end" }],
    ["exception=throttlingException@2", { kind: "exception", detail: "throttlingException", frame: 2 }],
    ["corrupt-message", { kind: "corrupt-message", frame: 0 }],
    ["http-error=ServiceUnavailableException", { kind: "http-error", detail: "ServiceUnavailableException" }],
    ["http-error", { kind: "http-error", detail: "InternalServerException" }],
    ["http-error-bare=502", { kind: "http-error-bare", detail: 502 }],
    ["throttle-retry-after=2", { kind: "throttle-retry-after", detail: 2 }],
    ["delay=40@1", { kind: "delay", detail: 40, frame: 1 }],
  ])("reads %s", (text, fault) => {
    expect(strikes(text, 1)).toEqual([[fault]]);
  });

  it("strike the attempts and the operation that they name", () => {
    const one: Fault[] = [{ kind: "throttle" }];
    expect(strikes("throttle#2", 3)).toEqual([[], one, []]);
    expect(strikes("throttle#2-3", 4)).toEqual([[], one, one, []]);
    expect(strikes("throttle#2-", 4)).toEqual([[], one, one, one]);
    expect(strikes("Rerank:throttle", 1)).toEqual([[]]);
    expect(strikes("Rerank:throttle", 1, createRequest("Rerank"))).toEqual([one]);
  });

  it("are composed: several strike one answer", () => {
    expect(strikes("drip delay=5 cut@2#1 close@end", 2)).toEqual([
      [{ kind: "drip" }, { kind: "delay", detail: 5 }, { kind: "cut", frame: 2 }, { kind: "close", at: "end" }],
      [{ kind: "drip" }, { kind: "delay", detail: 5 }, { kind: "close", at: "end" }],
    ]);
  });

  it("go by chance as often as they say, the same for the same seed and request", () => {
    const struck = strikes("reset~25%", 2000).filter((faults) => faults.length > 0).length;
    expect(struck).toBeGreaterThan(400);
    expect(struck).toBeLessThan(600);
    expect(strikes("reset~25%", 50)).toEqual(strikes("reset~25%", 50));
    expect(strikes("reset~25%", 50)).not.toEqual(strikes("reset~25%", 50, createRequest("Converse", "[]")));
  });

  it("take any for faults at random, by the chooser of the option", () => {
    const choose = createFaultChooser({ rate: 0.5 }, 7);
    const request = createRequest("ConverseStream");
    const expected = Array.from({ length: 40 }, (_, occurrence) => [...choose(request, occurrence)]);
    expect(strikes("any~50%", 40, request)).toEqual(expected);
    expect(strikes("any#2-~50%", 40, request)).toEqual([[], ...expected.slice(1)]);
  });

  it("strike connections by their number", () => {
    const { ofConnection, ofRequest } = parseFaults("reset@connect#2 delay=5@connect#2-3 cut@1", 7);
    expect([1, 2, 3, 4].map((number) => ofConnection(number).map(({ kind }) => kind))).toEqual([
      [],
      ["reset", "delay"],
      ["delay"],
      [],
    ]);
    expect(ofRequest(createRequest(), 0)).toEqual([{ kind: "cut", frame: 1 }]);
  });

  it("are written back as they were read", () => {
    const where = {
      "": [""],
      frame: ["@0", "@17"],
      share: ["@0%", "@29%", "@100%"],
      connect: ["@connect"],
      end: ["@end"],
    };
    const texts = FAULT_KINDS.flatMap((kind) =>
      listPlaces(kind).flatMap((place) => where[place].map((at) => kind + at)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), (text) => {
        const { ofRequest, ofConnection } = parseFaults(text, 1);
        const [fault] = [...ofRequest(createRequest(), 0), ...ofConnection(1)];
        if (!fault) throw new Error(`${text} is lost.`);
        expect(renderFault(fault).replace(/=[\w.]+/, "")).toBe(text);
        const again = parseFaults(renderFault(fault), 1);
        expect([...again.ofRequest(createRequest(), 0), ...again.ofConnection(1)]).toEqual([fault]);
      }),
    );
  });

  it.each([
    ["CUT!", "is not understood"],
    ["gremlins", "has no known kind"],
    ["Nothing:reset", "names no operation"],
    ["reset~101%", "more than 100%"],
    ["reset#0", "has no attempts"],
    ["reset#3-2", "has no attempts"],
    ["reset=5", "reset takes none"],
    ["http-error=Nope", "ThrottlingException"],
    ["http-error-bare=200", "from 400 to 599"],
    ["delay=soon", "whole milliseconds"],
    ["cut", "the number of a frame, a share as 50%"],
    ["throttle@2", "takes no place"],
    ["stall@end", "wrong place"],
    ["exception@50%", "the number of a frame"],
    ["drip@connect", "takes no place"],
    ["Converse:reset@connect", "before any request"],
    ["any@3~10%", "at random"],
  ])("refuse %s in words", (text, words) => {
    expect(() => parseFaults(`drip ${text}`, 1)).toThrow(TypeError);
    expect(() => parseFaults(text, 1)).toThrow(words);
  });
});
