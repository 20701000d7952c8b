import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createExampleRunner, enqueueEndless, ROOT, TIMEOUT_MS, type Example } from "./support/example-process.ts";

const { start, startServer } = createExampleRunner();
const folder = mkdtempSync(join(tmpdir(), "examples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs an example to its end, and gives what it printed. */
async function run(name: string, args: readonly string[] = []): Promise<string> {
  const { child, output, exitCode } = start(name, args);
  child.stdin.end();
  expect({ code: await exitCode, stderr: output.stderr }).toEqual({ code: 0, stderr: "" });
  expect(output.stdout).not.toContain("\u001b");
  return output.stdout;
}

/** Starts an example that is a web server, and gives its address. */
async function startWeb(name: string): Promise<Example & Awaited<ReturnType<typeof startServer>> & { url: string }> {
  const { server, env } = await startServer();
  const example = start(name, ["--port", "0", "--live"], env);
  await example.prints(/http:\S+\n/);
  const url = /http:[^\s?]+/.exec(example.output.stdout)?.[0] ?? "";
  return { ...example, server, env, url };
}

describe("the examples", { timeout: TIMEOUT_MS }, () => {
  test("chat.mjs goes on after a restart with what was said before", async () => {
    const file = join(folder, "chat.json");
    const first = start("chat.mjs", ["--file", file]);
    first.child.stdin.end("My name is Ada.\n");
    expect(await first.exitCode).toBe(0);
    const second = start("chat.mjs", ["--file", file]);
    second.child.stdin.end("What is my name?\n");
    expect(await second.exitCode).toBe(0);
    expect(first.output.stdout).toContain("Nice to meet you, Ada!");
    expect(second.output.stdout).toContain("Your name is Ada.");
    const saved: { messages: unknown[] } = JSON.parse(readFileSync(file, "utf8"));
    expect(saved.messages).toHaveLength(5);
  });

  test("tool-agent.mjs shows calls, results and the answer made of them", async () => {
    const stdout = await run("tool-agent.mjs");
    expect(stdout).toMatch(/calls +get_weather\({"city":"Paris"}\)\n +calls +get_weather\({"city":"Rome"}\)/);
    expect(stdout).toMatch(/gets +{"sky":"sunny","celsius":24}\n +gets +{"sky":"rain","celsius":19}/);
    expect(stdout).toMatch(/Paris[^]+sunny[^]+24[^]+Rome[^]+rain[^]+19[^]+2 requests, \d+ tokens/);
  });

  test("tool-agent.mjs asks before it books, and tells the model of a mistake", async () => {
    const book = "Book a table for 4 people in Rome.";
    expect(await run("tool-agent.mjs", [book])).toMatch(/calls +book_table.+\n +fails +Nobody is there to agree/);
    expect(await run("tool-agent.mjs", [book, "--yes"])).toMatch(/gets +A table for 4 in Rome is booked/);
    const lost = await run("tool-agent.mjs", ["What is the weather in Oslo?"]);
    expect(lost).toMatch(/fails +There is no station in Oslo: take Paris or Rome/);
  });

  test("structured-extraction.mjs prints an order, member by member", async () => {
    const stdout = await run("structured-extraction.mjs");
    const members = [...stdout.matchAll(/^ {2}(\w+) +(.+)$/gm)].map(([, name, value]) => [
      name,
      JSON.parse(value ?? ""),
    ]);
    expect(members).toEqual([
      ["customer", "Ada Lovelace"],
      ["email", "ada@example.com"],
      [
        "items",
        [
          { title: "Dune", copies: 2 },
          { title: "Emma", copies: 12 },
        ],
      ],
      ["due", "2026-12-24"],
    ]);
    expect(stdout).toMatch(/Ada Lovelace orders 14 books for 2026-12-24 \(\d+ tokens\)\.\n$/);
  });

  test("document-question.mjs prints the passage behind each statement", async () => {
    const stdout = await run("document-question.mjs");
    expect(stdout).toContain('[1]        Terms of sale, characters 80 to 135: "The warranty lasts 24 months');
    expect(stdout).toContain('[1]        Terms of sale, characters 35 to 80: "Returns are free for 30 days');
  });

  test("document-question.mjs answers from a file", async () => {
    const file = join(folder, "rules.txt");
    writeFileSync(file, "The pool opens at seven. Towels cost two euros.");
    const stdout = await run("document-question.mjs", ["--file", file, "--question", "What do towels cost?"]);
    expect(stdout).toMatch(/\[1\] +rules, characters \d+ to \d+: "Towels cost two euros/);
  });

  test("caching.mjs prints what the cache saved, in tokens and dollars", async () => {
    const stdout = await run("caching.mjs");
    expect(stdout).toMatch(
      / 0 tokens read from the cache, \d+ written[^]+ (\d{4}) tokens read[^]+ (\d{4}) tokens read/,
    );
    const [, tokens, share] = /(\d+) input tokens, (\d+) % of them read/.exec(stdout) ?? [];
    const [, paid, plain, saved] = /cost \$([\d.]+) instead of \$([\d.]+): (\d+) % saved/.exec(stdout) ?? [];
    expect(Number(share)).toBeGreaterThan(60);
    expect(Number(plain)).toBeCloseTo((Number(tokens) * 3) / 1e6, 6);
    expect(Number(saved)).toBe(Math.round((1 - Number(paid) / Number(plain)) * 100));
    expect(Number(saved)).toBeGreaterThan(40);
  });

  test("caching.mjs does not make up a price that nobody knows", async () => {
    const stdout = await run("caching.mjs", ["--model", "us.anthropic.claude-sonnet-4-6"]);
    expect(stdout).toContain("66 % of them read from the cache");
    expect(stdout).toContain("not known: give your prices");
  });

  test("thinking.mjs shows thoughts and answers, also after the chat was stored", async () => {
    const stdout = await run("thinking.mjs");
    const [, first, second] = stdout.split("› ");
    expect(first).toMatch(/^What is 17 times 23\?[^]+The user[^]+\n {2}391\n[^]+thinking, text[^]+ \d+ tokens out/);
    expect(first).toContain("warning    thinking_excludes_parameter");
    expect(second).toMatch(/^What is 391 plus 9\?[^]+\n {2}400\n[^]+thinking, text/);
  });

  test("guarded-chat.mjs shows what was blocked and what was masked", async () => {
    const [, harmless, blocked, masked, after] = (await run("guarded-chat.mjs")).split("› ");
    expect(harmless).toMatch(/\n {2}42\n/);
    expect(harmless).not.toContain("guardrail");
    expect(blocked).toMatch(/Sorry, the model cannot[^]+guardrail +BLOCKED Investments \(topic\) in the input/);
    expect(masked).toMatch(/\n {2}write to {EMAIL}[^]+guardrail +ANONYMIZED EMAIL/);
    expect(after).toMatch(/\n {2}81\n$/);
  });

  test("paint.mjs saves images, and shows what a model does not take", async () => {
    const stdout = await run("paint.mjs", ["--out", join(folder, "art")]);
    expect(readdirSync(join(folder, "art")).sort()).toEqual(["mars-city.png", "mars-night-1.png", "mars-night-2.png"]);
    expect(stdout.match(/saved +\S+\.png, image\/png, \d+ KB/g)).toHaveLength(3);
    expect(stdout).toMatch(
      /ERR_INPUT: size is 1280x720: .*1152x640[^]+ERR_CAPABILITY: .*has no task[^]+ERR_CONTENT_FILTERED: /,
    );
  });

  test("moderate.mjs shows what was blocked, masked and found, with a guardrail and without", async () => {
    const [, harmless, blocked, masked, grounded, checked] = (await run("moderate.mjs")).split("› ");
    expect(harmless).toMatch(/action +none\n +found +nothing/);
    expect(blocked).toMatch(/action +blocked\n +output +Sorry[^]+found +Investments/);
    expect(masked).toMatch(/action +masked\n +output +Write to {EMAIL}\.\n +found +EMAIL/);
    expect(grounded).toMatch(/flagged +true\n +scores +{"GROUNDING":0\.\d+}/);
    expect(checked).toMatch(/flagged +true\n +found +PROMPT_INJECTION[^]+EMAIL, score 0\.\d, characters 46 to 61/);
  });

  test("count-tokens.mjs counts, and estimates where the model does not count", async () => {
    const [, exact, estimated] = (await run("count-tokens.mjs")).split("› ");
    const counts = [...(exact ?? "").matchAll(/ (\d+) tokens/g)].map(([, count]) => Number(count));
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(exact).not.toContain("about");
    expect(estimated).toMatch(/(about \d+ tokens[^]+){3}warning +tokens_estimated/);
  });

  test("models.mjs lists ids that work in the region", async () => {
    const [, listed, known, guardrails] = (await run("models.mjs", ["--provider", "Amazon"])).split("› ");
    expect(listed).toMatch(/\n {2}amazon\.nova-lite-v1:0\n +name +Nova Lite/);
    expect(known).toContain("\n  anthropic.claude-opus-4-8\n");
    expect(guardrails).toContain("none");
  });

  test("embed.mjs goes on where it was stopped", async () => {
    const stdout = await run("embed.mjs", ["--texts", "400"]);
    const [, kept] = /kept +(\d+) of 400 vectors/.exec(stdout) ?? [];
    expect(Number(kept)).toBeGreaterThanOrEqual(200);
    expect(Number(kept)).toBeLessThan(400);
    expect(stdout).toMatch(/done +400 of 400\n +vectors +400, of 1536 dimensions\n +requests +[1-3] more/);
    expect(stdout).toMatch(/vector +Uint8Array of 192 bytes for 1536 dimensions/);
  });

  test("semantic-search.mjs finds what is meant", async () => {
    expect(await run("semantic-search.mjs")).toMatch(/Which pet barks\?\n\n +0\.\d+ +The dog/);
    expect(await run("semantic-search.mjs", ["law and judges"])).toMatch(/judges\n\n +0\.\d+ +The court/);
  });

  test.each(["invoke", "agent"])("rerank.mjs puts the answer first, via %s", async (via) => {
    expect(await run("rerank.mjs", ["--via", via])).toMatch(/\?\n\n +[01]\.\d+ +Refunds \(article 13\)\n[^]+\n[^]+\n$/);
  });

  test("middlewares.mjs masks, logs, and stops at the budget", async () => {
    const stdout = await run("middlewares.mjs");
    expect(stdout).toMatch(/sent +"Repeat: write to \[PII_1\]"\n +log +chat: \d+ tokens, \$0\.\d+, \d+ ms\n/);
    expect(stdout).toMatch(/\n {2}write to ada@example\.com\n/);
    expect(stdout).toMatch(/ERR_BUDGET: The budget of \$0\.003 is used up \(\$0\.00\d+\): raise it to go on\.\n$/);
  });

  test("stream-http.mjs streams an answer, and gives it up when the client goes away", async () => {
    const { server, child, exitCode, prints, url } = await startWeb("stream-http.mjs");
    const answer = await fetch(`${url}?q=Repeat:+Good+morning`);
    expect(await answer.text()).toBe("Good morning");
    await prints(`request id ${server.requests[0]?.id}`);

    enqueueEndless(server);
    const gone = new AbortController();
    const endless = await fetch(`${url}?q=Go+on`, { signal: gone.signal });
    await endless.body?.getReader().read();
    gone.abort();
    expect(await server.requests[1]?.closed).toBe("aborted");
    await prints("the client left after 11 characters");

    server.enqueue({ error: "ValidationException" });
    expect((await fetch(`${url}?q=Fail`)).status).toBe(502);

    child.kill("SIGINT");
    expect(await exitCode).toBe(0);
  });

  test("errors.mjs shows each failure as what it is", async () => {
    const stdout = await run("errors.mjs");
    const errors = [...stdout.matchAll(/^ {2}(\w+Error) \(/gm)].map(([, name]) => name);
    expect(errors).toEqual([
      "RateLimitError",
      "BadRequestError",
      "TimeoutError",
      "AbortError",
      "IncompleteStreamError",
    ]);
    expect(stdout).toContain("answer: 42");
    expect(stdout).toContain("2 messages in the history");
  });

  test.each(["tool-agent.mjs", "caching.mjs", "document-question.mjs"])(
    "%s tells without a stack what --live lacks",
    async (name) => {
      const nowhere = { AWS_EC2_METADATA_DISABLED: "true", HOME: folder, USERPROFILE: folder };
      const { output, exitCode } = start(name, ["--live"], { AWS_REGION: "eu-central-1", ...nowhere });
      expect(await exitCode).toBe(1);
      expect(output.stderr).toMatch(/^\nConfigurationError \(ERR_CONFIGURATION\): [^]*AWS_ACCESS_KEY_ID/);
      expect(output.stderr).not.toMatch(/\n +at /);
    },
  );

  test("are all listed in their README", () => {
    const files = readdirSync(join(ROOT, "examples")).filter((file) => file.endsWith(".mjs"));
    const readme = readFileSync(join(ROOT, "examples/README.md"), "utf8");
    const listed = [...readme.matchAll(/^\| \[`(.+?)`\]\(\1\)/gm)].map(([, file]) => file);
    expect(new Set(listed)).toEqual(new Set(files));
  });
});

describe("express-sse.mjs", { timeout: TIMEOUT_MS }, () => {
  const post = (url: string, message: unknown, signal?: AbortSignal): Promise<Response> =>
    fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message }),
      signal: signal ?? null,
    });
  const readEvents = (text: string): { name: string | undefined; data: unknown }[] => {
    const events = text.split("\n\n").filter((event) => event !== "");
    return events.map((event) => {
      const [, name, data = ""] = /^event: (\w+)\ndata: (.+)$/.exec(event) ?? [];
      return { name, data: JSON.parse(data) as unknown };
    });
  };

  test("sends each chunk of an answer as an event", async () => {
    const { url, child, exitCode } = await startWeb("express-sse.mjs");
    const response = await post(url, "Repeat: Good morning");
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const events = readEvents(await response.text());
    const texts = events.filter(({ name }) => name === "text").map(({ data }) => data as { content: string });
    expect(texts.map(({ content }) => content).join("")).toBe("Good morning");
    expect(events.at(-1)).toMatchObject({ name: "finish", data: { type: "finish", finishReason: "end_turn" } });
    child.kill("SIGINT");
    expect(await exitCode).toBe(0);
  });

  test("gives the answer up when the client goes away", async () => {
    const { url, server, prints } = await startWeb("express-sse.mjs");
    enqueueEndless(server);
    const gone = new AbortController();
    const response = await post(url, "Go on", gone.signal);
    await response.body?.getReader().read();
    gone.abort();
    expect(await server.requests[0]?.closed).toBe("aborted");
    await prints("the client left");
  });

  test("tells of a failure in an error event, after what had arrived", async () => {
    const { url, server, child, output } = await startWeb("express-sse.mjs");
    server.enqueue({
      events: [
        { event: "messageStart", payload: { role: "assistant" } },
        { event: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "Half an ans" } } },
        { end: true },
      ],
    });
    const events = readEvents(await (await post(url, "Tell me a story.")).text());
    expect(events.map(({ name, data }) => [name, data])).toMatchObject([
      ["text", { content: "Half an ans" }],
      ["error", { code: "ERR_STREAM_INCOMPLETE", retryable: true }],
    ]);
    while (!output.stderr.includes("\n")) await once(child.stderr, "data");
    expect(output.stderr).toContain(`request id ${server.requests[0]?.id}`);
  });

  test("refuses what is no message, and asks nobody", async () => {
    const { url, server } = await startWeb("express-sse.mjs");
    for (const message of [undefined, 7, " "]) expect((await post(url, message)).status).toBe(400);
    expect(server.requests).toHaveLength(0);
  });
});
