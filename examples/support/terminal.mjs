// Output for people: colours where the terminal has them, plain text everywhere else.
import { styleText } from "node:util";

const { stdout } = process;
const INDENT = "  ";
const WIDTH = Math.min(stdout.columns || 80, 84) - 12;

/**
 * @param {Parameters<typeof styleText>[0]} style
 * @param {string} text
 * @returns {string} styled on a terminal with colours, unless NO_COLOR is set; else the text itself
 */
export function paint(style, text) {
  return stdout.hasColors?.() ? styleText(style, text) : text;
}

/** @param {string} [line] */
export function print(line = "") {
  stdout.write(`${line}\n`);
}

/**
 * Prints one fact: its name, and what it is.
 *
 * @param {string} name
 * @param {string} value
 */
export function printFact(name, value) {
  print(`${INDENT}${paint("dim", name.padEnd(11))}${value}`);
}

/**
 * Prints a question.
 *
 * @param {string} text
 */
export function printQuestion(text) {
  print(`\n${paint("cyan", "›")} ${paint("bold", text)}\n`);
}

/**
 * Prints what was changed in a request.
 *
 * @param {readonly import("@node-llm/core").Warning[]} warnings
 */
export function printWarnings(warnings) {
  for (const { code, message } of warnings) printFact("warning", `${code}: ${message}`);
}

/**
 * Creates what prints an answer piece by piece, indented, with lines broken between words. `endLine` ends a line that is
 * begun.
 *
 * @param {Parameters<typeof styleText>[0]} [style] default: plain
 * @returns {((piece: string) => void) & { endLine: () => void }}
 */
export function createPrinter(style) {
  let column = 0;
  const show = (/** @type {string} */ piece) => {
    for (const part of piece.match(/\n|[^\S\n]+|\S+/g) ?? []) {
      const isBreak = part === "\n" || (column > WIDTH && part.trim() === "");
      if (column === 0 && !isBreak) stdout.write(INDENT);
      stdout.write(isBreak ? "\n" : style ? paint(style, part) : part);
      column = isBreak ? 0 : column + part.length;
    }
  };
  return Object.assign(show, { endLine: () => column > 0 && show("\n") });
}
