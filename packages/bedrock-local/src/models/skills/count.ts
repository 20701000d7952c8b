/** Counts up or down. */
import type { Skill } from "../turn.ts";
import { parseNumber } from "./numbers.ts";

/** Longer counts end here. */
const MAX_NUMBERS = 1_000;

/** "count to 5", "count from 3 to 9", "count down from ten". */
export const count: Skill = ({ question }) => {
  const down = /\bcount\s+(?:down|backwards?)\s+from\s+(\w+)(?:\s+to\s+(\w+))?/i.exec(question);
  if (down !== null) return renderRange(parseNumber(down[1]), parseNumber(down[2] ?? "1"), question);
  const up = /\bcount\s+(?:up\s+)?(?:from\s+(\w+)\s+)?(?:up\s+)?to\s+(\w+)/i.exec(question);
  return up === null ? undefined : renderRange(parseNumber(up[1] ?? "1"), parseNumber(up[2]), question);
};

function renderRange(first: number | undefined, last: number | undefined, question: string): string | undefined {
  if (first === undefined || last === undefined) return undefined;
  const step = first <= last ? 1 : -1;
  const length = Math.min(Math.abs(last - first) + 1, MAX_NUMBERS);
  const numbers = Array.from({ length }, (_, index) => first + index * step);
  return numbers.join(/\b(?:lines?|newlines?)\b/i.test(question) ? "\n" : ", ");
}
