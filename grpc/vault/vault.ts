import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { DomainError } from '../../common/errors/index.ts';

/** Where a sealed text stands. Text that was sealed for one place can't be opened at another. */
export interface Cell {
  readonly table: string;
  readonly column: string;
  /** The row's primary key. */
  readonly id: string;
}

/** Keeps personal data unreadable in the database. */
export interface Vault {
  /** Text for that cell, `v1.<key id>.<bytes>`; different each time, also of the same text. */
  seal(text: string, cell: Cell): string;
  /**
   * What was sealed for that cell.
   * @throws Error when it was sealed for another cell, or was changed since
   * @throws DomainError UNAVAILABLE when its key is not known here yet, which `ready` prevents
   */
  open(sealed: string, cell: Cell): string;
  /**
   * Makes sure that the keys of these texts are at hand; to be waited for between reading rows and
   * opening them. Asks the database only for keys that are new to this process.
   */
  ready(...sealed: readonly (string | null | undefined)[]): Promise<void>;
  /**
   * The same 43 characters for the same text and purpose, by which what is sealed can be looked up
   * and kept unique. HMAC-SHA-256 under a key of its own for each purpose; who lacks the key can't
   * tell what it is of, nor try.
   */
  blindIndex(purpose: string, text: string): string;
}

/** A key that seals, by its id. */
export interface DataKey {
  readonly id: string;
  readonly key: Buffer;
}

/** The keys that this process has at hand. */
export interface DataKeys {
  /** The key that seals now. */
  current(): DataKey;
  find(id: string): Buffer | undefined;
  /** Looks for keys that are not at hand yet. */
  refresh(): Promise<void>;
  /** What blind indexes are made with. It stays the same for good. */
  readonly indexKey: Buffer;
}

const version = 'v1';
const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM under the keys at hand, with the cell as associated data. */
export function createVault(keys: DataKeys): Vault {
  const indexKeys = new Map<string, Buffer>();

  function indexKeyOf(purpose: string): Buffer {
    const known = indexKeys.get(purpose);
    if (known !== undefined) return known;
    const info = `onair blind index ${purpose}`;
    const key = Buffer.from(hkdfSync('sha256', keys.indexKey, '', info, 32));
    indexKeys.set(purpose, key);
    return key;
  }

  return {
    seal(text, cell) {
      const { id, key } = keys.current();
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(bindingOf(id, cell));
      const bytes = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return `${prefixOf(id)}${Buffer.concat(bytes).toString('base64url')}`;
    },
    open(sealed, cell) {
      const id = keyIdOf(sealed);
      const key = keys.find(id);
      if (key === undefined) {
        void keys.refresh().catch(() => undefined);
        throw new DomainError('UNAVAILABLE', `the data key ${id} is not at hand yet`);
      }
      const bytes = Buffer.from(sealed.slice(prefixOf(id).length), 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes));
        decipher.setAAD(bindingOf(id, cell));
        decipher.setAuthTag(bytes.subarray(-tagBytes));
        const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch {
        const { table, column, id: row } = cell;
        throw new Error(`${table}.${column} of ${row} is not what was sealed there`);
      }
    },
    async ready(...sealed) {
      const unknown = sealed.some(
        (text) => text != null && isSealed(text) && keys.find(keyIdOf(text)) === undefined,
      );
      if (unknown) await keys.refresh();
    },
    blindIndex: (purpose, text) =>
      createHmac('sha256', indexKeyOf(purpose)).update(text, 'utf8').digest('base64url'),
  };
}

/** How every text begins that a key sealed. */
export function prefixOf(keyId: string): string {
  return `${version}.${keyId}.`;
}

/** Whether a text is one of the vault's; no e-mail, phone number or name is. */
export function isSealed(text: string): boolean {
  return text.startsWith(`${version}.dek_`);
}

/** Id of the key that sealed a text. */
function keyIdOf(sealed: string): string {
  const [first, id = '', bytes] = sealed.split('.');
  if (first !== version || bytes === undefined) throw new Error('this was not sealed by the vault');
  return id;
}

function bindingOf(keyId: string, { table, column, id }: Cell): Buffer {
  return Buffer.from(JSON.stringify([version, keyId, table, column, id]), 'utf8');
}
