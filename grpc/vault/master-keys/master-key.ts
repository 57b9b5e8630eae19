/** The key of keys: wraps data keys, and never leaves where it is kept. */
export interface MasterKey {
  /** Names the key without telling it, e.g. `file:3f9c...` or `kms:arn:aws:kms:...`. */
  readonly id: string;
  /** The setting that it comes from, for messages. */
  readonly setting: string;
  /**
   * @param name of the data key; it can be unwrapped under that name alone
   * @throws Error when the provider can't be asked
   */
  wrap(key: Buffer, name: string): Promise<string>;
  /** @throws Error when it is not what this key wrapped under that name, or can't be asked */
  unwrap(wrapped: string, name: string): Promise<Buffer>;
}
