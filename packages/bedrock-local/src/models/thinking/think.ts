/** What the model thinks, and the block in which it is told. */
import type { ReasoningContentBlock } from "../../wire.ts";
import type { Turn } from "../turn.ts";
import { encodeRedacted, type Signer } from "./signatures.ts";
import type { Thinking } from "./thinking.ts";

/** Asks Claude for redacted thinking; the long form is the one that Anthropic documents for tests. */
const REDACTION_TRIGGER = /ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING|\bredact(?:ed)? (?:your |the )?thinking\b/i;
const NOVA_PLACEHOLDER = "[REDACTED]";
const MAX_QUOTE_CHARACTERS = 120;

/** A block of thinking. `thought` is what was thought, shown or not: it is what counts as output tokens. */
export interface Thought {
  readonly block: ReasoningContentBlock;
  readonly thought: string;
}

/**
 * Thinks about the turn.
 *
 * @param plan what the model is about to do, as the end of a sentence that begins with "I will".
 */
export function think(turn: Turn, thinking: Thinking, plan: string, signer: Signer): Thought {
  const thought = composeThought(turn, plan)
    .slice(0, thinking.sentences + 1)
    .join(" ");
  if (thinking.isSigned && REDACTION_TRIGGER.test(turn.question)) {
    return { thought, block: { redactedContent: encodeRedacted(signer, thought, turn.random) } };
  }
  if (thinking.display === "redacted") return { thought, block: { reasoningText: { text: NOVA_PLACEHOLDER } } };
  const text = thinking.display === "omitted" ? "" : thought;
  const signature = thinking.isSigned ? { signature: signer.sign("clear", text, turn.random) } : {};
  return { thought, block: { reasoningText: { text, ...signature } } };
}

function composeThought({ question, outcomes, system }: Turn, plan: string): string[] {
  const words = Array.from(question.replace(/\s+/g, " ").trim());
  const quote =
    words.length > MAX_QUOTE_CHARACTERS ? `${words.slice(0, MAX_QUOTE_CHARACTERS).join("")}…` : words.join("");
  const last = outcomes.filter(({ isLast }) => isLast).map(({ name }) => name);
  return [
    last.length > 0 ? `The results of ${last.join(", ")} are here.` : `The user says: "${quote}".`,
    `I will ${plan}.`,
    system === "" ? "There are no instructions to follow besides." : "I must follow the instructions that I was given.",
    "Nothing else is asked for.",
    "That is all there is to it.",
  ];
}
