// A process of its own for each contestant, so that none runs on another's compiled code, heap or open sockets.
// argv: the module that makes the contestant, its id.
import { startMeasuring } from "./measure.mjs";

/**
 * @typedef {import("./workers.mjs").Work} Work
 * @typedef {import("./workers.mjs").Sample} Sample
 *
 * @typedef {object} Contestant
 * @property {(work: Work) => Promise<Sample | void> | void} run does one portion of work, told by the scenario. What it
 *   returns is the measurement; when it returns nothing, all that it did is measured
 */

const [module = "", id = ""] = process.argv.slice(2);
/** @type {{ createContestant: (id: string) => Promise<Contestant> | Contestant }} */
const { createContestant } = await import(module);
const contestant = await createContestant(id);

/** @type {(work: Work) => Promise<void>} */
async function measure(work) {
  const stop = startMeasuring();
  try {
    const own = await contestant.run(work);
    process.send?.(own ?? stop());
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.stack : String(error) });
  }
}

process.on("message", (/** @type {Work} */ work) => void measure(work));
process.on("disconnect", () => process.exit());
process.send?.({ ready: true });
