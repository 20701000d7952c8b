import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";
import { sourcePaths } from "../../tools/source-paths.mjs";

/** A fenced block of code in a Markdown page. */
export interface Snippet {
  /** Path of the page, as it is to be shown. */
  readonly page: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** The headings above it, outermost first. */
  readonly headings: readonly string[];
  /** `"ts"`, `"bash"`, ...; empty when the fence names none. */
  readonly language: string;
  /** The words after the language: `no-run`, `no-check`. */
  readonly marks: readonly string[];
  readonly code: string;
}

/** A snippet made into a module of its own. */
export interface SnippetModule {
  readonly snippet: Snippet;
  /** Absolute path. */
  readonly path: string;
}

const GENERATED = fileURLToPath(new URL(".cache/", import.meta.url));

/** What a snippet may use without saying where it comes from. A later one may use an earlier one. */
const PRELUDES: readonly (readonly [name: string, definition: string])[] = [
  ["llm", 'const llm = (await import("@node-llm/core")).createLLM({ provider: "bedrock" });'],
  ["chat", 'const chat = llm.chat("amazon.nova-lite-v1:0");'],
  ["server", 'const server = await (await import("@node-llm/bedrock-local")).startBedrockLocal();'],
];

/** Finds the fenced blocks of a Markdown page, those of list items included. */
export function extractSnippets(page: string, text: string): Snippet[] {
  const snippets: Snippet[] = [];
  const headings: string[] = [];
  let open: { fence: string; indent: number; line: number; info: string[]; code: string[] } | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, indent = "", fence = "", info = ""] = /^(\s*)(`{3,}|~{3,})\s*([^`]*)$/.exec(line) ?? [];
    if (open !== undefined) {
      if (fence.startsWith(open.fence) && info === "") {
        const [language = "", ...marks] = open.info;
        snippets.push({ page, line: open.line, headings: [...headings], language, marks, code: open.code.join("\n") });
        open = undefined;
      } else open.code.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    } else if (fence !== "") {
      const words = info.split(/\s+/).filter((word) => word !== "");
      open = { fence, indent: indent.length, line: index + 1, info: words, code: [] };
    } else {
      const [, level, title] = /^(#{1,6})\s+(.+?)\s*$/.exec(line) ?? [];
      if (level !== undefined && title !== undefined) headings.splice(level.length - 1, Infinity, title);
    }
  }
  return snippets;
}

/** Makes an empty folder for the modules of one test file and returns how to fill it. */
export function createSnippetFolder(name: string): (snippet: Snippet, suffix?: string) => SnippetModule {
  const folder = `${GENERATED}${name}/`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return (snippet, suffix = "") => {
    const extension = snippet.language === "js" ? "js" : "ts";
    const path = `${folder}${snippet.page.replaceAll(/[^\w.]+/g, "-")}-${snippet.line}.${extension}`;
    writeFileSync(path, renderModule(snippet, suffix));
    return { snippet, path };
  };
}

/** The code stands on the lines that it has in the page, so that an error names the right one. */
function renderModule({ code, line }: Snippet, suffix: string): string {
  const prelude = PRELUDES.reduceRight((before, [name, definition]) => {
    const text = `${before} ${code} ${suffix}`;
    const isUsed = new RegExp(`(?<![.\\w])${name}\\b`).test(text);
    const isDefined = new RegExp(`\\b(const|let|var)\\s+${name}\\b`).test(text);
    return isUsed && !isDefined ? `${definition} ${before}` : before;
  }, "");
  return `${prelude}${"\n".repeat(line)}${code}\n${suffix}\nexport {};\n`;
}

/** Runs a module. Resolves with its exports. */
export async function runSnippet({ path }: SnippetModule): Promise<unknown> {
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as unknown;
}

/** Type-checks all modules in one program, as a strict user project would. Returns the errors by module path. */
export function typeCheck(modules: readonly SnippetModule[]): Map<string, string[]> {
  const paths: ts.MapLike<string[]> = {};
  for (const [specifier, path] of Object.entries(sourcePaths("node"))) paths[specifier] = [path];
  const program = ts.createProgram(
    modules.map(({ path }) => path),
    {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
      types: ["node"],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      paths,
    },
  );
  return new Map(
    modules.map(({ path, snippet }) => {
      const source = program.getSourceFile(path);
      if (source === undefined) return [path, [`${path} is not part of the program.`]];
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [path, found.map((diagnostic) => describeDiagnostic(diagnostic, snippet.page))];
    }),
  );
}

function describeDiagnostic({ file, start, messageText }: ts.Diagnostic, page: string): string {
  const line = file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line;
  return `${page}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
}
