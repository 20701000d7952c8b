/** Works out one operation, or a chain of them from left to right with the usual precedence. */
import type { Skill } from "../turn.ts";

const OPERATORS: readonly (readonly [RegExp, string])[] = [
  [/\bplus\b/gi, "+"],
  [/\bminus\b/gi, "-"],
  [/\b(?:times|multiplied by)\b|[×·]/gi, "*"],
  [/\bdivided by\b|÷/gi, "/"],
  [/(?<=\d)\s*x\s*(?=\d)/gi, "*"],
];

/** Begins at the beginning of a number only: a long one that is no sum is gone through once. */
const EXPRESSION = /-?(?<!\d)\d+(?:\.\d+)?(?:\s*[-+*/]\s*-?\d+(?:\.\d+)?)+/;

/** "What is 12 * 7?", "2 plus 3 times 4". Dates and version numbers are not sums: an asking word or `=` must be there. */
export const arithmetic: Skill = ({ question }) => {
  const isAsked = /\b(?:what|how much|calculate|compute|solve|add|evaluate)\b|[=?]|^[\d\s.()*+/x×÷-]+$/i.test(question);
  const spelled = OPERATORS.reduce((text, [pattern, sign]) => text.replace(pattern, sign), question);
  const expression = EXPRESSION.exec(spelled.replace(/(?<=\d),(?=\d{3}\b)/g, ""))?.[0];
  if (!isAsked || expression === undefined) return undefined;
  const result = evaluate(expression);
  return Number.isFinite(result) ? String(Number(result.toPrecision(12))) : "That has no number for an answer.";
};

function evaluate(expression: string): number {
  const numbers: number[] = [];
  for (const [, sign = "+", number = ""] of expression.matchAll(/(?:^|\s*([-+*/])\s*)(-?\d+(?:\.\d+)?)/g)) {
    const value = Number(number);
    const previous = numbers.at(-1) ?? 0;
    if (sign === "*") numbers.splice(-1, 1, previous * value);
    else if (sign === "/") numbers.splice(-1, 1, previous / value);
    else numbers.push(sign === "-" ? -value : value);
  }
  return numbers.reduce((sum, number) => sum + number, 0);
}
