/** Signs thinking, so that a client that changes or loses a byte of it is found out. */
import { createHmac, timingSafeEqual } from "node:crypto";

const NONCE_BYTES = 12;
/** Keeps signatures of clear and of redacted thinking apart. */
export type ThinkingKind = "clear" | "redacted";

/** Makes and checks signatures with the server's own key. Those of another seed do not pass. */
export interface Signer {
  /** A new signature over `text`, in base64. `random` makes each one different. */
  readonly sign: (kind: ThinkingKind, text: string, random: () => number) => string;
  /** Whether `signature` was made here for this very text. */
  readonly isValid: (kind: ThinkingKind, text: string, signature: string) => boolean;
}

/** The signer of one server. Only one model family signs, so its name is the only one in the signatures. */
export function createSigner(seed: number): Signer {
  const digest = (kind: ThinkingKind, text: string, nonce: Uint8Array): Buffer =>
    createHmac("sha256", `bedrock-local ${seed}`).update(`claude\n${kind}\n`).update(nonce).update(text).digest();
  return {
    sign: (kind, text, random) => {
      const nonce = Uint8Array.from({ length: NONCE_BYTES }, () => Math.floor(random() * 256));
      return Buffer.concat([nonce, digest(kind, text, nonce)]).toString("base64");
    },
    isValid: (kind, text, signature) => {
      const bytes = Buffer.from(signature, "base64");
      const expected = digest(kind, text, bytes.subarray(0, NONCE_BYTES));
      const found = bytes.subarray(NONCE_BYTES);
      return (
        found.length === expected.length && bytes.toString("base64") === signature && timingSafeEqual(found, expected)
      );
    },
  };
}

/** Thinking that nobody may read: base64 of base64 text, as on the real wire. */
export function encodeRedacted(signer: Signer, text: string, random: () => number): string {
  const hidden = Buffer.from(text).toString("base64");
  const inner = `${signer.sign("redacted", hidden, random)}.${hidden}`;
  return Buffer.from(inner).toString("base64");
}

/** Whether redacted thinking was made by this signer and is unchanged. */
export function isValidRedacted(signer: Signer, redactedContent: string): boolean {
  const [signature = "", hidden = "", rest] = Buffer.from(redactedContent, "base64").toString("latin1").split(".");
  return rest === undefined && signer.isValid("redacted", hidden, signature);
}
