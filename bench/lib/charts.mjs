// Which figures are drawn, and how.
import { renderChart } from "./svg.mjs";
import { CLIENTS } from "./target.mjs";

/**
 * @typedef {Record<string, Record<string, number>>} Shares of the floor, by panel and client
 * @typedef {Record<string, { format: (value: number) => string, values: Record<string, number> }>} Costs by panel
 */

/** Short, without marks. @type {Readonly<Record<string, string>>} */
const LABELS = {
  floor: "floor",
  ours: "@node-llm/core",
  "aws-sdk-http1": "AWS SDK, HTTP/1.1",
  "aws-sdk": "AWS SDK, HTTP/2",
  "ai-sdk": "AI SDK",
  langchain: "LangChain",
  "anthropic-sdk": "Anthropic SDK",
  aws4fetch: "aws4fetch",
  published: "core 1.17.1",
};

/** @type {(id: string) => "floor" | "ours" | "peer"} */
const kindOf = (id) => (id === "floor" || id === "ours" ? id : "peer");

/** @param {Shares} shares */
export function renderShares(shares) {
  const panels = Object.entries(shares).map(([title, byId]) => {
    const ids = Object.keys(CLIENTS).filter((id) => id in byId && id !== "floor");
    const bars = ids.map((id) => {
      const value = byId[id] ?? NaN;
      return { label: LABELS[id] ?? id, value, text: value.toFixed(2), kind: kindOf(id) };
    });
    const full = Math.max(1.05, ...bars.map(({ value }) => value));
    return { title, bars, full, mark: 1 };
  });
  const note =
    "Longer is faster. 1 is the floor (dashed): the least that any client must do. 0.25 takes four times as long.";
  return renderChart("Speed, as a share of the floor", note, panels);
}

/** @param {Costs} costs */
export function renderCosts(costs) {
  const panels = Object.entries(costs).map(([title, { format, values }]) => {
    const ids = Object.keys(CLIENTS).filter((id) => id in values);
    const bars = ids.map((id) => {
      const value = values[id] ?? NaN;
      return { label: LABELS[id] ?? id, value, text: format(value), kind: kindOf(id) };
    });
    return { title, bars, full: Math.max(...bars.map(({ value }) => value)) };
  });
  return renderChart("What it costs", "Shorter is better. Each panel has its own scale.", panels);
}
