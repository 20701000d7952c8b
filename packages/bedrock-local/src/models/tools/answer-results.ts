/** Answers from what tools returned. */
import type { Json } from "../../wire.ts";
import { facts } from "../skills/facts.ts";
import type { ToolOutcome, Turn } from "../turn.ts";

/** Longer results are not repeated: the sentence that fits the question is. */
const MAX_RESULT_CHARACTERS = 400;

/** A sentence for each result since the question, failed ones included; `undefined` when there are no results. */
export function answerResults(turn: Turn): string | undefined {
  const { outcomes } = turn;
  if (!outcomes.some(({ isLast }) => isLast)) return undefined;
  return outcomes
    .filter((outcome) => !isSuperseded(outcome, outcomes))
    .map((outcome) => describe(outcome, turn))
    .join("\n");
}

/** A failed call that was tried again is not worth a word. */
function isSuperseded(outcome: ToolOutcome, outcomes: readonly ToolOutcome[]): boolean {
  return outcome.isError && outcomes.slice(outcomes.indexOf(outcome) + 1).some(({ name }) => name === outcome.name);
}

function describe({ name, input, text, values, isError }: ToolOutcome, turn: Turn): string {
  const subject = `${name}${describeInput(input)}`;
  if (isError) return `I could not finish: ${subject} failed with "${text.trim()}".`;
  const members = Object.entries(values);
  if (members.length > 0)
    return endSentence(`${subject}: ${members.map(([key, value]) => `${key} is ${renderValue(value)}`).join(", ")}`);
  if (text.trim() === "") return `${subject} returned nothing.`;
  const isLong = text.length > MAX_RESULT_CHARACTERS;
  const fitting = isLong ? facts({ ...turn, system: "", earlier: [], sources: text }) : text;
  return endSentence(`${subject}: ${fitting ?? `${text.slice(0, MAX_RESULT_CHARACTERS)}…`}`);
}

function describeInput(input: Json): string {
  const values = typeof input === "object" && input !== null ? Object.values(input) : [];
  return values.length === 0 ? "" : ` (${values.map(renderValue).join(", ")})`;
}

function renderValue(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function endSentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
