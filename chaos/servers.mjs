import { fork } from "node:child_process";
import { once } from "node:events";

/**
 * Starts the two servers of runs, in a process of their own.
 *
 * @param {number} seed
 * @returns {Promise<import("./types.ts").Servers>}
 */
export async function startServers(seed) {
  const child = fork(new URL("./server.mjs", import.meta.url), [String(seed)], { execArgv: [] });
  const [{ faulty, perfect }] = await once(child, "message");
  return {
    faulty,
    perfect,
    set: async (faults) => {
      const answer = once(child, "message");
      child.send({ ...faults });
      await answer;
    },
    report: async () => {
      // The last answers may still be on their way out.
      await new Promise((resolve) => setTimeout(resolve, 20));
      const answer = once(child, "message");
      child.send("report");
      const [attempts] = await answer;
      return attempts;
    },
    stop: async () => {
      const exit = once(child, "exit");
      child.send("stop");
      await exit;
    },
  };
}
