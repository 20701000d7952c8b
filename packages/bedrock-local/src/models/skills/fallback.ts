/** What is said when no skill fits. */
import type { Turn } from "../turn.ts";

const MAX_QUOTE_CHARACTERS = 200;

/** A sentence that says who answers, and quotes the question. */
export function fallback({ question, modelId }: Turn): string {
  const words = Array.from(question.replace(/\s+/g, " ").trim());
  if (words.length === 0) return `I am the local model in place of ${modelId}, and I was asked nothing in words.`;
  const isLong = words.length > MAX_QUOTE_CHARACTERS;
  const quote = isLong ? `${words.slice(0, MAX_QUOTE_CHARACTERS).join("")}…` : words.join("");
  return `I am the local model in place of ${modelId} and know only a few tricks. You asked: "${quote}"`;
}
