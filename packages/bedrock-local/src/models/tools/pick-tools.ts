/** Which tools a question wants, by its words. */
import { findEntities } from "../schema/entities.ts";
import { readList, readProperties } from "../schema/schema.ts";
import { hasPhrase, splitWords, stemWord } from "../schema/words.ts";
import type { CallableTool } from "./read-tools.ts";

/** A part of the question and the tool that it wants. */
export interface PickedTool {
  readonly tool: CallableTool;
  readonly text: string;
}

/** A tool's name says most, a description's word alone too little. */
const NAME_POINTS = 3;
const EXACT_NAME_POINTS = 9;
const MIN_POINTS = 3;

/** Words that say the same thing when one asks for it. */
const SYNONYMS: readonly (readonly string[])[] = [
  "weather temperature forecast rain raining rainy sunny snow snowing cold warm hot umbrella humid wind windy".split(
    " ",
  ),
  "calculate calculator math compute arithmetic evaluate expression".split(" "),
  "add sum plus addition".split(" "),
  "multiply times product multiplication".split(" "),
  "subtract minus difference subtraction".split(" "),
  "divide division quotient".split(" "),
  "search find look lookup google web".split(" "),
  "email mail".split(" "),
  "stock share ticker price quote".split(" "),
  "time clock".split(" "),
  "translate translation".split(" "),
  "convert conversion exchange".split(" "),
];
const SYNONYM_STEMS = SYNONYMS.map((words) => new Set(words.map(stemWord)));

/** Words that are in every name and description. */
const COMMON: ReadonlySet<string> = new Set(
  (
    "a about all an and any are as at be by call can could current currently data do does for from function get give has " +
    "have how i if in info information input into is it list me my now of on one or output please provide result return " +
    "returns run set show specific tell that the their this to tool two use used user using value want was what when where " +
    "which who will with you your"
  )
    .split(" ")
    .map(stemWord),
);

/** Tools that are there to give the final answer, which a model calls without being asked. */
const FINAL =
  /\b(?:structured output|structured answer|final (?:answer|result|response|output)|matching the (?:provided )?schema)\b/i;

/**
 * The tool for each part of the question that wants one, in the order of the question. A part that wants none belongs to
 * the one before it, or to the first that wants one. Empty when no tool fits.
 */
export function pickTools(question: string, system: string, tools: readonly CallableTool[]): PickedTool[] {
  const parts: { tool: CallableTool | undefined; text: string }[] = [];
  for (const text of splitQuestion(question)) {
    const tool = findBest(text, tools);
    const last = parts.at(-1);
    if (last !== undefined && (tool === undefined || last.tool === undefined || last.tool === tool)) {
      last.text += text;
      last.tool ??= tool;
    } else parts.push({ tool, text });
  }
  const picked = parts.flatMap(({ tool, text }) => (tool === undefined ? [] : [{ tool, text: text.trim() }]));
  if (picked.length > 0) return picked;
  const instructed = tools.find(({ name, description }) => FINAL.test(description) || isDemanded(system, name));
  return instructed === undefined ? [] : [{ tool: instructed, text: question }];
}

/** The tool that fits best, or the first when none does: what a model does that must call one. */
export function pickAnyTool(question: string, tools: readonly CallableTool[]): PickedTool[] {
  const [first] = tools;
  return first === undefined ? [] : [{ tool: findBest(question, tools) ?? first, text: question }];
}

/** Cuts before and after what can join two wishes, keeping every character. */
function splitQuestion(question: string): string[] {
  return question.split(/(?<=[.!?;\n]\s)|(?<=,\s)|(?=\s(?:and|then|also|plus)\s)/).filter((part) => part !== "");
}

/** Whether the instructions want a tool called whatever is asked. */
export function isDemanded(system: string, name: string): boolean {
  return system
    .split(/[.!?\n]/)
    .some((sentence) => /\b(?:must|always|by calling)\b/i.test(sentence) && hasPhrase(sentence, name));
}

function findBest(text: string, tools: readonly CallableTool[]): CallableTool | undefined {
  const stems = readStems(text);
  return tools
    .map((tool) => ({ tool, points: scoreTool(tool, text, stems) }))
    .filter(({ points }) => points >= MIN_POINTS)
    .reduce<{ tool: CallableTool; points: number } | undefined>(
      (best, next) => (best === undefined || next.points > best.points ? next : best),
      undefined,
    )?.tool;
}

function scoreTool({ name, description, schema }: CallableTool, text: string, stems: ReadonlySet<string>): number {
  const isCalledByName = hasPhrase(text, name) && (/[_-]|\d/.test(name) || hasPhrase(text, `${name} tool`));
  const nameStems = widen(readStems(name));
  const described = new Set([
    ...readStems(description),
    ...readProperties(schema).flatMap(([key]) => [...readStems(key)]),
  ]);
  const listed = readProperties(schema).flatMap(([, property]) =>
    typeof property === "object" && property !== null && !Array.isArray(property) ? readList(property, "enum") : [],
  );
  const common = [...stems].filter((stem) => described.has(stem) && !nameStems.has(stem)).length;
  const named = [...stems].filter((stem) => nameStems.has(stem)).length;
  const enumerated = listed.filter((value) => typeof value === "string" && hasPhrase(text, value)).length;
  return (isCalledByName ? EXACT_NAME_POINTS : 0) + named * NAME_POINTS + common * 1.5 + enumerated;
}

/** The telling stems of a text. A sum in signs counts as the word for it. */
function readStems(text: string): Set<string> {
  const stems = splitWords(text)
    .map(stemWord)
    .filter((stem) => !COMMON.has(stem));
  const isSum = findEntities(text, "expression").length > 0;
  return new Set(isSum ? [...stems, stemWord("calculate"), ...readSigns(text)] : stems);
}

function readSigns(text: string): string[] {
  const signs: readonly (readonly [string, string])[] = [
    ["+", "add"],
    ["*", "multiply"],
    ["×", "multiply"],
    ["/", "divide"],
  ];
  return signs.filter(([sign]) => text.includes(sign)).map(([, word]) => stemWord(word));
}

function widen(stems: ReadonlySet<string>): ReadonlySet<string> {
  const groups = SYNONYM_STEMS.filter((group) => [...stems].some((stem) => group.has(stem)));
  return new Set([...stems, ...groups.flatMap((group) => [...group])]);
}
