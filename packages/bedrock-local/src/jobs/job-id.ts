import type { Random } from "../random.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** The twelve letters and digits at the end of a job's ARN. */
export function createJobId(random: Random): string {
  return Array.from({ length: 12 }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join("");
}
