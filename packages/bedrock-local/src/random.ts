/** A source of numbers in [0, 1), like `Math.random`. */
export type Random = () => number;

/**
 * Creates a source of random numbers that gives the same sequence for the same seeds.
 *
 * The seeds are mixed, so that (1, 2) and (2, 1) differ. It is the mulberry32 generator: small and good enough to vary
 * test traffic, not for secrets.
 */
export function createRandom(...seeds: number[]): Random {
  let state = 0x9e3779b9;
  for (const seed of seeds) state = mix(state ^ (seed >>> 0));
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return mix(state) / 0x1_0000_0000;
  };
}

/** A whole number from `min` to `max`, both included. */
export function randomInteger(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

function mix(value: number): number {
  let bits = Math.imul(value ^ (value >>> 15), value | 1);
  bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
  return (bits ^ (bits >>> 14)) >>> 0;
}

/** So many characters out of `alphabet`. */
export function randomCharacters(random: Random, alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInteger(random, 0, alphabet.length - 1)] ?? "").join("");
}

/** An identifier in the form of a UUID of version 4. */
export function randomUuid(random: Random): string {
  const digits = randomCharacters(random, "0123456789abcdef", 30);
  return digits.replace(/^(.{8})(.{4})(.{3})(.{3})(.{12})$/, "$1-$2-4$3-a$4-$5");
}
