/** Whether two lists hold the same values in the same order. */
export function isSameList(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((each, index) => each === others[index]);
}

/** A function that keeps its last result, for the same arguments again. What throws is not kept. */
export function keepLast<A extends readonly unknown[], R>(compute: (...asked: A) => R): (...asked: A) => R {
  let last: { readonly asked: A; readonly result: R } | undefined;
  return (...asked) => {
    if (!last || !isSameList(asked, last.asked)) last = { asked, result: compute(...asked) };
    return last.result;
  };
}
