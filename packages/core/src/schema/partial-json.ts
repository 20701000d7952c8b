import { tryParse, type JsonObject, type JsonValue } from "../types/json.ts";

/** The JSON objects and arrays in a text that is still arriving. */
export interface PartialJson {
  /**
   * The last object or array so far: its open ends closed; numbers, literals and names that are not complete left out. It
   * is one value that grows with every push, so that a long answer costs no more than it has characters. `undefined`
   * until one begins; another takes its place as soon as it has a member.
   */
  readonly value: JsonObject | readonly JsonValue[] | undefined;
  /** Takes the next piece of the text, cut anywhere. Whether `value` changed. */
  push(text: string): boolean;
}

type Container = Record<string, JsonValue> | JsonValue[];

/** What may come next. */
type Expected = "start" | "name" | "name or end" | "colon" | "value" | "value or end" | "string" | "scalar" | "comma";

/**
 * Reads the JSON objects and arrays of a text while it arrives. What stands around them is skipped. It never throws:
 * where one turns out to be no JSON, `value` stays as it is until the next one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export function createPartialJson(): PartialJson {
  return new Parser();
}

/**
 * The JSON objects and arrays in a text, in order. Only whole ones, and not what stands within one that is broken. An
 * empty one counts only where nothing stands before it.
 *
 * @returns `undefined` when the text ends within one
 */
export function findJson(text: string): readonly (JsonObject | readonly JsonValue[])[] | undefined {
  const parser = new Parser();
  parser.push(text);
  return parser.isOpen ? undefined : parser.closed;
}

class Parser implements PartialJson {
  value: Container | undefined;
  readonly closed: Container[] = [];
  #expected: Expected = "start";
  readonly #open: Container[] = [];
  /** The name that the next value of each open object gets. */
  readonly #names: string[] = [];
  /** The string, number or literal being read. */
  #token = "";
  /** The first half of a character, held back: to look for it at the end of a long token would copy that. */
  #half = "";
  /** The escape sequence being read, like `\u00`. */
  #escape = "";
  /** Whether the string being read is a member's name. */
  #isName = false;
  #hasChanged = false;

  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  push(text: string): boolean {
    this.#hasChanged = false;
    let at = 0;
    while (at < text.length) {
      at = this.#expected === "string" ? this.#readString(text, at) : this.#read(text, at);
    }
    if (this.#expected === "string" && !this.#isName) this.#put(this.#token, true);
    return this.#hasChanged;
  }

  /** Reads one character, and gives where to go on. */
  #read(text: string, at: number): number {
    const char = text.charAt(at);
    if (this.#expected === "start") {
      if (char === "{" || char === "[") this.#begin(char === "{" ? {} : []);
      return at + 1;
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
      const closed = this.#open.pop();
      this.#names.pop();
      this.#expected = this.#open.length > 0 ? "comma" : "start";
      if (this.#open.length === 0 && closed && closed === this.value) this.closed.push(closed);
      return true;
    }
    if (expected === "comma") {
      if (char !== ",") return false;
      this.#expected = Array.isArray(this.#open.at(-1)) ? "value" : "name";
      return true;
    }
    this.#isName = expected.startsWith("name");
    if (char === '"') {
      this.#token = this.#half = "";
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
    else if (this.value === undefined) {
      this.value = container;
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
      this.#append(char);
      return at + 1;
    }
    while (at < text.length && text.charAt(at) >= " " && text[at] !== '"' && text[at] !== "\\") at++;
    this.#append(text.slice(from, at));
    if (at === text.length) return at;
    if (text[at] === "\\") this.#escape = "\\";
    else if (text[at] !== '"') return this.#fail(at);
    else {
      this.#token += this.#half;
      if (this.#isName) this.#names[this.#names.length - 1] = this.#token;
      else this.#put(this.#token, true);
      this.#expected = this.#isName ? "colon" : "comma";
    }
    return at + 1;
  }

  #append(piece: string): void {
    const text = this.#half + piece;
    const isHalf = /[\uD800-\uDBFF]$/.test(text);
    this.#half = isHalf ? text.slice(-1) : "";
    this.#token += isHalf ? text.slice(0, -1) : text;
  }

  /** A number or literal is complete only when something else follows it. */
  #endScalar(): boolean {
    const value = tryParse(this.#token);
    if (value === undefined) return false;
    this.#put(value);
    return true;
  }

  /** Puts a value into the innermost container; `again` when it is the last one, longer. */
  #put(value: JsonValue, again = false): void {
    this.value = this.#open[0];
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

  /** What breaks off before its first member was no JSON at all. A text keeps what came, however the pieces were cut. */
  #fail(at: number): number {
    if (this.#expected === "string" && !this.#isName) this.#put(this.#token, true);
    const [root = {}] = this.#open;
    if (root === this.value && Object.keys(root).length === 0) this.value = undefined;
    this.#expected = "start";
    this.#open.length = 0;
    this.#names.length = 0;
    return at;
  }
}
