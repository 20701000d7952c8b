import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseIni } from "../../../src/aws/credentials/ini.ts";

/** As plain objects. */
function parse(text: string): unknown {
  return Object.fromEntries(Object.entries(parseIni(text)).map(([name, section]) => [name, { ...section }]));
}

describe("an ini file of AWS", () => {
  test("has sections, and those of a kind by their names", () => {
    const text =
      "[default]\na=1\n[profile dev]\nb = 2\n[sso-session corp]\nc =3\n[services local]\nd\t=\t4\n[plain]\ne=5";
    expect(parse(text)).toEqual({
      default: { a: "1" },
      "profile.dev": { b: "2" },
      "sso-session.corp": { c: "3" },
      "services.local": { d: "4" },
      plain: { e: "5" },
    });
  });

  test.each(['[profile "my-dev"]', "[profile 'my-dev']", "[profile\tmy-dev]", "  [profile my-dev]  # why"])(
    "may have the title %s",
    (title) => {
      expect(parse(`${title}\na=1`)).toEqual({ "profile.my-dev": { a: "1" } });
    },
  );

  test("has settings that have a name", () => {
    expect(parse("[a]\n=b=c\n = d\nno equals\ne==f=\n")).toEqual({ a: { e: "=f=" } });
  });

  test("of an unknown kind says nothing", () => {
    expect(parse("[plugin x]\na=1\n[profile b]\na=2")).toEqual({ "profile.b": { a: "2" } });
  });

  test("has comments on lines of their own and after a space", () => {
    expect(parse("# x\n; y\n[a] # z\nb = 1#2;3 # 4\n#c = 5\n ;d = 6\ne = 7 ;8")).toEqual({ a: { b: "1#2;3", e: "7" } });
  });

  test("has blocks whose lines are indented", () => {
    const text = "[a]\ns3 =\n  region = x\n  # c\n  max = 2\nregion = y\nsts=\n endpoint_url = http://x\n[b]\n c = 1";
    expect(parse(text)).toEqual({
      a: { "s3.region": "x", "s3.max": "2", region: "y", "sts.endpoint_url": "http://x" },
      b: { c: "1" },
    });
  });

  test("keeps everything after the first equals sign", () => {
    expect(parse("[a]\nb = c==d = e")).toEqual({ a: { b: "c==d = e" } });
  });

  test("is case-sensitive, and its last value counts, over all sections of a name", () => {
    expect(parse("[a]\nB=1\nb=2\nb=3\n[a]\nb=4\nc=5")).toEqual({ a: { B: "1", b: "4", c: "5" } });
  });

  test("may have Windows line breaks, a byte order mark and lines that say nothing", () => {
    expect(parse("\ufeff[a]\r\nb=1\r\nnonsense\r\n=2\r\n\r\nc=3\r\n")).toEqual({ a: { b: "1", c: "3" } });
    expect(parse("b=1\n")).toEqual({});
  });

  test("is read whatever it holds", () => {
    const piece = fc.constantFrom(...'[]=\n\r \t#;\0"a'.split(""), "__proto__", "profile a", "[a]\n");
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(text, (file) => {
        const sections = parseIni(file);
        const values = Object.values(sections).flatMap((section) => Object.entries(section).flat());
        const odd = [...Object.keys(sections), ...values].filter((said) => said === "" || typeof said !== "string");
        expect([odd, Object.keys(Object.prototype)]).toEqual([[], []]);
      }),
      { numRuns: 150 },
    );
  });

  test("cannot reach the prototypes of objects", () => {
    const sections = parseIni("[__proto__]\npolluted=1\n[a]\n__proto__=2\n");
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(Object.keys(sections)).toEqual(["__proto__", "a"]);
  });
});
