/**
 * How often a property is tried. `FUZZ_RUNS` says how often instead; then the seed is another each time, unless `FUZZ_SEED`
 * names one. A failure prints seed and path.
 */
export function tries(numRuns: number): { numRuns: number; seed?: number; endOnFailure: boolean } {
  const { FUZZ_RUNS, FUZZ_SEED } = process.env;
  const seed = FUZZ_SEED === undefined ? (FUZZ_RUNS === undefined ? 20_261_123 : undefined) : Number(FUZZ_SEED);
  return { numRuns: Number(FUZZ_RUNS ?? numRuns), ...(seed !== undefined && { seed }), endOnFailure: true };
}

/** A hang ends here; the longer mode has all day. */
export const TIMEOUT_MS: number = process.env["FUZZ_RUNS"] === undefined ? 60_000 : 86_400_000;
