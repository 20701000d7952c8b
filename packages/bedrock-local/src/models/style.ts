/** Instructions about the form of an answer, which may stand in the system prompt or in the question. */
import type { ConverseRequest } from "../wire.ts";
import type { Turn } from "./turn.ts";

type Style = (text: string) => string;

const STYLES: readonly (readonly [RegExp, Style])[] = [
  [/\b(?:one|single) word\b/i, (text) => /[\p{L}\p{N}][^\s,.;:!?]*/u.exec(text)?.[0] ?? text],
  [
    /\b(?:one|single) sentence\b|\bbe (?:very )?(?:brief|short|concise)\b|\b(?:briefly|concisely)\b/i,
    keepFirstSentence,
  ],
  [/\b(?:upper ?case|all caps|capital letters)\b/i, (text) => text.toUpperCase()],
  [/\blower ?case\b/i, (text) => text.toLowerCase()],
];

/** Applies the styles that the system prompt or the question asks for, JSON last. */
export function applyStyle(text: string, { system, question }: Turn, { outputConfig }: ConverseRequest): string {
  const instructions = `${system}\n${question}`;
  const styled = STYLES.reduce(
    (result, [pattern, style]) => (pattern.test(instructions) ? style(result) : result),
    text,
  );
  const isJson = outputConfig?.textFormat !== undefined || /\b(?:in|as|with|only|valid) json\b/i.test(instructions);
  return isJson ? JSON.stringify({ answer: styled }) : styled;
}

function keepFirstSentence(text: string): string {
  return /^[\s\S]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
}
