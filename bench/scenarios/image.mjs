// A question with as many bytes of images as Bedrock takes: CPU time in workers, growth of memory in fresh processes.
import { createClientContestant as createContestant, raceClients } from "../lib/client-contestant.mjs";
import { IMAGES_BYTES, writeImages } from "../lib/images.mjs";
import { measureMemory } from "../lib/memory.mjs";
import { formatKb, formatUs, raceTable, sharesOf, table } from "../lib/tables.mjs";
import { CLIENTS, createTarget } from "../lib/target.mjs";

export { createContestant };

/** @type {import("../run.mjs").Scenario} */
export async function run({ rounds, scale, server }) {
  const target = createTarget(server);
  const { files, small, remove } = writeImages();
  try {
    const name = `${(IMAGES_BYTES / 1e6).toFixed(1)} MB in ${files.length} images`;
    const work = { name, kind: /** @type {const} */ ("images"), images: files, operations: 2 * scale, target };
    const { results, notes } = await raceClients([work], rounds, "image");
    const figures = results[name] ?? {};
    const memory = await measureMemory("images", target, scale < 1 ? 1 : rounds, { files, small });
    const shares = sharesOf(figures, "cpuUs");
    const cpu = Object.entries(figures).map(([id, { cpuUs }]) => [id, formatUs(cpuUs)]);
    const grown = Object.entries(memory.cells).map(([id, cell]) => [CLIENTS[id] ?? id, cell]);
    return {
      title: "Images",
      text: "Per question. The images are in memory as bytes before. Growth: the most that the process had while it sent them, beyond what it had before.",
      tables: [raceTable(name, figures, CLIENTS), table([name, "growth of memory"], grown)],
      notes: [...new Set([...notes, ...memory.notes])],
      measured: { imageCpu: 1 / (shares["ours"] ?? NaN), imageMemory: memory.medians["ours"] ?? NaN },
      cells: { [`${name}, CPU`]: Object.fromEntries(cpu), [`${name}, memory`]: memory.cells },
      shares: { "18.5 MB of images, CPU": shares },
      costs: { "18.5 MB of images, growth of memory": { format: formatKb, values: memory.medians } },
    };
  } finally {
    remove();
  }
}
