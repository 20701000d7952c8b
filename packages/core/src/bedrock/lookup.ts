/** The words that a table of facts holds for an id, one line per id; `undefined` when it does not know the id. */
export function findRow(table: string, id: string): string[] | undefined {
  const start = `\n${id} `;
  const at = table.indexOf(start);
  return at < 0 ? undefined : table.slice(at + start.length, table.indexOf("\n", at + 1)).split(" ");
}
