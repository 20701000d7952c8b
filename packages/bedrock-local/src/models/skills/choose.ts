/** Choices among equals. */

/**
 * One of `options`, picked by a number from 0 up to 1.
 *
 * @throws RangeError when there is no option, which is a mistake in the caller.
 */
export function choose<Option>(options: readonly Option[], random: () => number): Option {
  const option = options[Math.floor(random() * options.length)];
  if (option === undefined) throw new RangeError("choose: expected at least one option and a number from 0 up to 1");
  return option;
}
