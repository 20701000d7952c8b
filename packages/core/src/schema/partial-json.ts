import { tryParse, type JsonValue } from "../types/json.ts";

/** The JSON object in a text that is still arriving. */
export interface PartialJson {
  /**
   * The object so far: its open ends closed; numbers, literals and names that are not complete left out. It is one object
   * that grows with every push, so that a long answer costs no more than it has characters. `undefined` until an object
   * begins.
   */
  readonly value: Readonly<Record<string, JsonValue>> | undefined;
  /** Takes the next piece of the text, cut anywhere. Whether `value` changed. */
  push(text: string): boolean;
}

type Container = Record<string, unknown> | unknown[];

/** What may come next. */
type Expected =
  "start" | "name" | "name or end" | "colon" | "value" | "value or end" | "string" | "scalar" | "comma" | "end";

/**
 * Reads the first JSON object of a text while it arrives. What stands before it is skipped, what comes behind it ignored.
 * It never throws: where the text turns out to be no JSON, `value` stays as it is.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export function createPartialJson(): PartialJson {
  return new Parser();
}

class Parser implements PartialJson {
  value: Record<string, JsonValue> | undefined;
  #expected: Expected = "start";
  readonly #open: Container[] = [];
  /** The name that the next value of each open object gets. */
  readonly #names: string[] = [];
  /** The string, number or literal being read. */
  #token = "";
  /** The escape sequence being read, like `\u00`. */
  #escape = "";
  /** Whether the string being read is a member's name. */
  #isName = false;
  #hasChanged = false;

  push(text: string): boolean {
    this.#hasChanged = false;
    let at = 0;
    while (at < text.length && this.#expected !== "end") {
      at = this.#expected === "string" ? this.#readString(text, at) : this.#read(text, at);
    }
    if (this.#expected === "string" && !this.#isName) this.#put(this.#token.replace(/[\uD800-\uDBFF]$/, ""), true);
    return this.#hasChanged;
  }

  /** Reads one character, and gives where to go on. */
  #read(text: string, at: number): number {
    const char = text.charAt(at);
    if (this.#expected === "start") {
      const start = text.indexOf("{", at);
      if (start < 0) return text.length;
      this.#begin({});
      return start + 1;
    }
    if (this.#expected === "scalar") {
      if (/[-+.\w]/.test(char)) this.#token += char;
      else if (!this.#endScalar()) return this.#fail(at);
      return this.#expected === "scalar" ? at + 1 : at;
    }
    if (/\s/.test(char)) return at + 1;
    return this.#accept(char) ? at + 1 : this.#fail(at);
  }

  /** Takes a character that is no white space; whether JSON may go on with it. */
  #accept(char: string): boolean {
    const expected = this.#expected;
    if (expected === "colon") {
      if (char !== ":") return false;
      this.#expected = "value";
      return true;
    }
    if (char === "}" || char === "]") {
      const isList = Array.isArray(this.#open.at(-1));
      if ((char === "]") !== isList || !(expected === "comma" || expected.endsWith("end"))) return false;
      this.#open.pop();
      this.#names.pop();
      this.#expected = this.#open.length > 0 ? "comma" : "end";
      return true;
    }
    if (expected === "comma") {
      if (char !== ",") return false;
      this.#expected = Array.isArray(this.#open.at(-1)) ? "value" : "name";
      return true;
    }
    this.#isName = expected.startsWith("name");
    if (char === '"') {
      this.#token = "";
      this.#expected = "string";
      if (!this.#isName) this.#put("");
      return true;
    }
    if (this.#isName) return false;
    if (char === "{" || char === "[") {
      this.#begin(char === "{" ? {} : []);
      return true;
    }
    this.#token = char;
    this.#expected = "scalar";
    return /[-\dtfn]/.test(char);
  }

  #begin(container: Container): void {
    if (this.#open.length > 0) this.#put(container);
    else {
      this.value = container as Record<string, JsonValue>;
      this.#hasChanged = true;
    }
    this.#open.push(container);
    this.#names.push("");
    this.#expected = Array.isArray(container) ? "value or end" : "name or end";
  }

  #readString(text: string, from: number): number {
    let at = from;
    if (this.#escape !== "") {
      this.#escape += text.charAt(at);
      if (this.#escape.length < (this.#escape[1] === "u" ? 6 : 2)) return at + 1;
      const char = tryParse(`"${this.#escape}"`);
      this.#escape = "";
      if (typeof char !== "string") return this.#fail(at);
      this.#token += char;
      return at + 1;
    }
    while (at < text.length && text[at] !== '"' && text[at] !== "\\") at++;
    this.#token += text.slice(from, at);
    if (text[at] === "\\") this.#escape = "\\";
    else if (text[at] === '"') {
      if (this.#isName) this.#names[this.#names.length - 1] = this.#token;
      else this.#put(this.#token, true);
      this.#expected = this.#isName ? "colon" : "comma";
    }
    return at + 1;
  }

  /** A number or literal is complete only when something else follows it. */
  #endScalar(): boolean {
    const value = tryParse(this.#token);
    if (value === undefined) return false;
    this.#put(value);
    return true;
  }

  /** Puts a value into the innermost container; `again` when it is the last one, longer. */
  #put(value: unknown, again = false): void {
    const container = this.#open.at(-1);
    if (Array.isArray(container)) {
      if (again && container.at(-1) === value) return;
      container[again ? container.length - 1 : container.length] = value;
    } else if (container) {
      const name = this.#names.at(-1) ?? "";
      if (again && container[name] === value) return;
      // Not an assignment: the name may be `__proto__`.
      Object.defineProperty(container, name, { value, configurable: true, enumerable: true, writable: true });
    }
    this.#hasChanged = true;
    if (this.#expected === "scalar") this.#expected = "comma";
  }

  /** What breaks off before its first member was no JSON: the object may still come. */
  #fail(at: number): number {
    const isText = this.#open.length === 1 && Object.keys(this.value ?? {}).length === 0;
    this.#expected = isText ? "start" : "end";
    if (!isText) return at;
    this.#open.length = 0;
    this.#names.length = 0;
    this.value = undefined;
    return at;
  }
}
