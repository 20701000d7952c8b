// Time, CPU time and memory of this process.
import { readFileSync, writeFileSync } from "node:fs";

/** @typedef {import("./workers.mjs").Sample} Sample */

/** @returns {() => Sample} what has passed since */
export function startMeasuring() {
  const cpu = process.cpuUsage();
  const start = performance.now();
  return () => {
    const wallMs = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    return { wallMs, cpuMs: (user + system) / 1000 };
  };
}

/** @returns {number} bytes of memory that this process has at most had since it started, or since {@link resetPeak} */
export function readPeak() {
  // What getrusage tells counts the process that this one was forked from.
  const kb = readStatus("VmHWM") ?? process.resourceUsage().maxRSS;
  return kb * 1024;
}

/** Forgets the peak, where the platform can: Linux. */
export function resetPeak() {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Elsewhere the peak is that of the whole process.
  }
}

/** @type {(name: string) => number | undefined} */
function readStatus(name) {
  try {
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}
