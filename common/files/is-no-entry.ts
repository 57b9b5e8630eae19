/** Whether a call of the file system failed because there is nothing at that path. */
export function isNoEntry(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
