// Compares each public entry point with its committed report in packages/*/etc/. With --update, rewrites the reports.
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { entryPoints, finish, PACKAGES, ROOT } from "./packages.mjs";

const update = process.argv.includes("--update");
const { None, Warning } = ExtractorLogLevel;

/**
 * An export needs a docstring; a member whose name says it all needs none.
 *
 * @param {import("@microsoft/api-extractor").ExtractorMessage} message
 * @returns {boolean} whether it asks for the docstring of a member: members are indented
 */
function isMember({ messageId, sourceFilePath = "", sourceFileLine = 0 }) {
  if (messageId !== "ae-undocumented") return false;
  const line = readFileSync(sourceFilePath, "utf8").split("\n")[sourceFileLine - 1];
  return line?.startsWith(" ") ?? false;
}

/**
 * @param {string} folder the package, relative to the root
 * @param {string} types the entry point's declarations, relative to the package
 * @param {string} report file name of the report
 * @returns {string[]} what is wrong
 */
function checkEntry(folder, types, report) {
  const config = ExtractorConfig.prepare({
    packageJsonFullPath: `${ROOT}${folder}/package.json`,
    configObjectFullPath: undefined,
    configObject: {
      projectFolder: `${ROOT}${folder}`,
      mainEntryPointFilePath: `${ROOT}${folder}/${types}`,
      compiler: { tsconfigFilePath: `${ROOT}${folder}/tsconfig.json` },
      newlineKind: "lf",
      apiReport: {
        enabled: true,
        reportFileName: report,
        reportFolder: `${ROOT}${folder}/etc`,
        reportTempFolder: `${ROOT}node_modules/.cache/api`,
      },
      messages: {
        compilerMessageReporting: { default: { logLevel: Warning } },
        extractorMessageReporting: {
          default: { logLevel: Warning },
          // There are no release tags (@public, @beta) here: what is exported is public.
          "ae-missing-release-tag": { logLevel: None },
        },
        tsdocMessageReporting: { default: { logLevel: None } },
      },
    },
  });
  /** @type {string[]} */
  const problems = [];
  const { apiReportChanged } = Extractor.invoke(config, {
    localBuild: update,
    printApiReportDiff: !update,
    messageCallback: (message) => {
      if (message.messageId === "console-api-report-diff") problems.push(message.text);
      else if (message.category !== "console" && message.logLevel === Warning && !isMember(message)) {
        problems.push(message.formatMessageWithLocation(ROOT));
      }
      message.handled = true;
    },
  });
  if (apiReportChanged) {
    const path = `${folder}/etc/${report}`;
    if (update) console.log(`${path} is rewritten.`);
    else
      problems.push(
        `${path} differs from the code. If the change is meant: npm run api:update, and commit the report.`,
      );
  }
  return problems;
}

/**
 * @param {string} folder the package, relative to the root
 * @returns {string[]} what is wrong
 */
function checkPackage(folder) {
  const etc = `${ROOT}${folder}/etc`;
  mkdirSync(etc, { recursive: true });
  const entries = entryPoints(folder).map(({ subpath, types }) => ({
    types,
    report: `${subpath === "." ? "index" : subpath.slice(2).replaceAll("/", "-")}.api.md`,
  }));
  const stale = readdirSync(etc).filter((file) => !entries.some((entry) => entry.report === file));
  return [
    ...entries.flatMap(({ types, report }) => checkEntry(folder, types, report)),
    ...stale.map((file) => `${folder}/etc/${file} belongs to no entry point in ${folder}/package.json: delete it.`),
  ];
}

finish(PACKAGES.flatMap(checkPackage));
