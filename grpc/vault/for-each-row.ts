/**
 * Changes rows one after another, in order of id, until there are none left or `signal` is aborted.
 * @param page the next rows after an id, a few of them
 */
export async function forEachRow<Row extends { readonly id: string }>(
  page: (afterId: string) => Promise<readonly Row[]>,
  change: (row: Row) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await page(after);
    for (const row of rows) {
      if (signal?.aborted === true) return;
      await change(row);
      after = row.id;
    }
    if (rows.length === 0) return;
  }
}
