// Keeps e-mail addresses and phone numbers from the model: it sees stand-ins, the caller and the history the originals.

const PATTERN = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d ()/-]{7,}\d/g;

/**
 * Stand-ins are put in place of what was found in texts, and taken out of the answer again. In a stream the pieces pass
 * as the model writes them, with stand-ins; the complete response has the originals.
 *
 * @param {RegExp} pattern what to mask; with the flag `g`
 * @returns {import("@node-llm/core").Middleware}
 */
export function createPiiMask(pattern = PATTERN) {
  return {
    async request({ request }, next) {
      /** @type {Map<string, string>} */
      const standIns = new Map();
      const mask = (/** @type {string} */ found) => {
        const standIn = standIns.get(found) ?? `[PII_${standIns.size + 1}]`;
        standIns.set(found, standIn);
        return standIn;
      };
      const messages = mapText(request.messages, (text) => text.replace(pattern, mask));
      const result = await next({ ...request, messages });
      const originals = new Map([...standIns].map(([original, standIn]) => [standIn, original]));
      const unmask = (/** @type {string} */ text) =>
        text.replace(/\[PII_\d+\]/g, (standIn) => originals.get(standIn) ?? standIn);
      return { ...result, parts: mapText(result.parts, unmask) };
    },
  };
}

/** Members of messages and parts that are no text of anybody's. */
const PLAIN = new Set(["type", "role", "id", "name", "kind", "format", "base64", "uri", "ttl", "signature"]);
/** Members that hold data of a tool: there every text is somebody's, whatever its name. */
const DATA = new Set(["arguments", "json"]);

/**
 * A copy of plain data, of the same shape, with its texts changed. Signed thinking stays as it is: the model takes it
 * back only unchanged.
 *
 * @template T
 * @param {T} value
 * @param {(text: string) => string} change
 * @returns {T}
 */
function mapText(value, change) {
  /** @type {(inner: unknown, isData: boolean) => unknown} */
  const walk = (inner, isData) => {
    if (typeof inner === "string") return change(inner);
    if (Array.isArray(inner)) return inner.map((item) => walk(item, isData));
    if (typeof inner !== "object" || inner === null) return inner;
    if (!isData && "type" in inner && inner.type === "thinking") return inner;
    const members = Object.entries(inner).map(([name, member]) => {
      const isText = isData || !PLAIN.has(name);
      return [name, isText ? walk(member, isData || DATA.has(name)) : member];
    });
    return Object.fromEntries(members);
  };
  return /** @type {T} */ (walk(value, false));
}
