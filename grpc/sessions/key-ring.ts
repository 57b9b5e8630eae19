import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import type { EpochMs } from '../../common/clock.ts';
import { createSealer } from '../../common/seal.ts';
import type { Reader, Tx } from '../db/index.ts';
import type { DomainDeps } from '../domain-deps.ts';
import type { SigningKeyRow } from './entities.ts';
import { inOrder, signing, verifying } from './key-rules.ts';
import { loadSigningKey, makePem, readSigningKey, type SigningKey } from './signing-key.ts';

/** The keys that sign access tokens, the same for all processes. */
export interface KeyRing {
  /** The key to sign with now. */
  current(): Promise<SigningKey>;
  /** The public keys of all tokens that may be out, and of the key that signs next. */
  publicKeys(): Promise<JSONWebKeySet>;
  /** Makes a key that signs after SIGNING_KEY_LEAD_SECONDS. */
  addIn(
    tx: Tx,
    by: { readonly createdBy: string; readonly reason: string },
    now: EpochMs,
  ): Promise<SigningKeyRow>;
  /** When the newest key was made, the keys locked; undefined before the first was noted. */
  lockNewestIn(tx: Tx): Promise<SigningKeyRow | undefined>;
  /** Forgets keys whose tokens are all over; answers how many. */
  forgetIn(tx: Tx, now: EpochMs): Promise<number>;
}

/** Milliseconds for which the table is not read again. */
const keepMs = 2_000;

const publicJwk = z.looseObject({ kty: z.string() });

/**
 * Keys live in the database, sealed under the key of TOKEN_PRIVATE_KEY, which is the first of them.
 * Another TOKEN_PRIVATE_KEY can't open them: it signs itself then, and the old ones still verify.
 * @throws ConfigError when TOKEN_PRIVATE_KEY is not a key that can sign
 */
export function createKeyRing({ config, db, clock }: DomainDeps): KeyRing {
  const own = loadSigningKey(config);
  const secret = own.privateKey.export({ type: 'pkcs8', format: 'der' });
  const sealer = createSealer(secret, 'signing keys');
  const lifetimeMs = config.ACCESS_TOKEN_SECONDS * 1_000;
  const opened = new Map<string, SigningKey>([[own.kid, own]]);
  let kept: { readonly rows: readonly SigningKeyRow[]; readonly at: EpochMs } | undefined;
  let loading: Promise<readonly SigningKeyRow[]> | undefined;

  async function read(): Promise<readonly SigningKeyRow[]> {
    const at = clock.now();
    let rows = await readAll(db.primary);
    if (!rows.some((row) => row.kid === own.kid)) {
      await db.transaction(async (tx) => {
        await tx.insertNew('signing_keys', [ownRow(at)]);
      });
      rows = await readAll(db.primary);
    }
    kept = { rows, at };
    return rows;
  }

  function rows(): Promise<readonly SigningKeyRow[]> {
    if (kept !== undefined && Math.abs(clock.now() - kept.at) < keepMs) {
      return Promise.resolve(kept.rows);
    }
    loading ??= read().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  function ownRow(now: EpochMs) {
    const made = { createdAt: now, signsFrom: now, createdBy: 'system' };
    const jwk = JSON.stringify(own.publicJwk);
    const { kid } = own;
    return { kid, publicJwk: jwk, sealedPrivateKey: null, ...made, reason: 'TOKEN_PRIVATE_KEY' };
  }

  function open(row: SigningKeyRow): SigningKey | undefined {
    const known = opened.get(row.kid);
    if (known !== undefined || row.sealedPrivateKey === null) return known;
    const pem = sealer.open(row.sealedPrivateKey);
    if (pem === undefined) return undefined;
    const key = readSigningKey(pem);
    opened.set(row.kid, key);
    return key;
  }

  return {
    async current() {
      for (const row of signing(await rows(), clock.now())) {
        const key = open(row);
        if (key !== undefined) return key;
      }
      return own;
    },
    async publicKeys() {
      const shown = verifying(await rows(), lifetimeMs, clock.now());
      return { keys: shown.map((row) => publicJwk.parse(JSON.parse(row.publicJwk))) };
    },
    async addIn(tx, by, now) {
      const pem = makePem();
      const key = readSigningKey(pem);
      const row = {
        kid: key.kid,
        publicJwk: JSON.stringify(key.publicJwk),
        sealedPrivateKey: sealer.seal(pem),
        createdAt: now,
        signsFrom: now + config.SIGNING_KEY_LEAD_SECONDS * 1_000,
        ...by,
      };
      await tx.insert('signing_keys', [row]);
      tx.afterCommit(() => {
        kept = undefined;
      });
      return row;
    },
    async lockNewestIn(tx) {
      const all = await tx.rows<SigningKeyRow>(
        `SELECT * FROM signing_keys ORDER BY kid${tx.dialect.forUpdate}`,
      );
      return inOrder(all).at(-1);
    },
    async forgetIn(tx, now) {
      const all = await readAll(tx);
      const shown = new Set(verifying(all, lifetimeMs, now).map((row) => row.kid));
      // A key of the environment stays noted: noted anew, it would pass for the newest.
      const over = all.filter((row) => !shown.has(row.kid) && row.sealedPrivateKey !== null);
      for (const { kid } of over) await tx.execute('DELETE FROM signing_keys WHERE kid = ?', [kid]);
      return over.length;
    },
  };
}

function readAll(reader: Reader): Promise<SigningKeyRow[]> {
  return reader.rows<SigningKeyRow>('SELECT * FROM signing_keys');
}
