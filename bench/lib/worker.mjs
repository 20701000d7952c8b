// A process of its own for each contestant, so that none runs on another's compiled code, heap or open sockets.
// argv: the module that makes the contestant, its id.

/**
 * @typedef {object} Contestant
 * @property {(work: any) => Promise<void> | void} run does one measured portion of work, told by the scenario
 */

const [module = "", id = ""] = process.argv.slice(2);
/** @type {{ createContestant: (id: string) => Promise<Contestant> | Contestant }} */
const { createContestant } = await import(module);
const contestant = await createContestant(id);

process.on("message", async (work) => {
  const cpu = process.cpuUsage();
  const start = performance.now();
  try {
    await contestant.run(work);
    const wallMs = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    process.send?.({ wallMs, cpuMs: (user + system) / 1000 });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.stack : String(error) });
  }
});
process.on("disconnect", () => process.exit());
process.send?.({ ready: true });
