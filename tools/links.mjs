// Checks that every relative link in the Markdown files leads to a file, and every #anchor to a heading.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { markdownFiles } from "./markdown.mjs";
import { finish, ROOT } from "./packages.mjs";

/** @param {string} text */
const withoutCode = (text) =>
  text.replace(/^(```+|~~~+).*?^\1/gms, (block) => block.replace(/[^\n]/g, "")).replace(/(`+)[^`].*?\1/g, "");

/**
 * The anchors that GitHub gives a page's headings.
 *
 * @param {string} text
 * @returns {Set<string>}
 */
function anchorsOf(text) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  const anchors = new Set([...text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)].map((match) => match[1] ?? ""));
  const code = text.replace(/^(```+|~~~+).*?^\1/gms, "");
  for (const [, heading = ""] of code.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/<[^>]*>/g, "");
    const anchor = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    anchors.add(times === 0 ? anchor : `${anchor}-${times}`);
  }
  return anchors;
}

/**
 * @param {string} file relative to the root
 * @returns {string[]} what is wrong
 */
function checkFile(file) {
  const problems = [];
  const text = readFileSync(join(ROOT, file), "utf8");
  const links = [...withoutCode(text).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/gm)];
  for (const link of links) {
    const target = link[1] ?? link[2] ?? "";
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
    const [path = "", anchor] = target.split("#");
    const line = withoutCode(text).slice(0, link.index).split("\n").length;
    const goal = path === "" ? file : join(dirname(file), decodeURIComponent(path));
    if (!existsSync(join(ROOT, goal))) problems.push(`${file}:${line} links to ${target}, and there is no ${goal}.`);
    else if (
      anchor !== undefined &&
      goal.endsWith(".md") &&
      !anchorsOf(readFileSync(join(ROOT, goal), "utf8")).has(anchor)
    ) {
      problems.push(`${file}:${line} links to ${target}, and ${goal} has no heading for #${anchor}.`);
    }
  }
  return problems;
}

finish(markdownFiles().flatMap(checkFile));
