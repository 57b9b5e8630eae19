import { hash } from 'node:crypto';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { DomainError, isErrorCode, RequestIdReused } from '../../common/errors/index.ts';
import { shortText, time } from './columns.ts';
import type { Reader, Tx, Writer } from './tx.ts';

/** The memory of mutating requests: what was asked under an id, and what was answered. */
@Entity('requests')
@Index('ix_requests_created', ['createdAt'])
export class RequestRow {
  /** The action and whoever asked, so that ids of different callers never meet. */
  @PrimaryColumn(shortText(100))
  scope: string;
  @PrimaryColumn(shortText(64))
  requestId: string;
  /** SHA-256 of the input, base64url. */
  @Column(shortText(43))
  inputHash: string;
  /** The answer, as JSON. */
  @Column({ type: 'text' })
  answer: string;
  @Column(time())
  createdAt: number;
}

/** One mutating request. */
export interface RequestKey {
  readonly action: string;
  /** Who asks: a user id, or the name of a service. */
  readonly by: string;
  readonly requestId: string;
  /** Everything that makes it this request and no other. */
  readonly input: unknown;
}

/** Scope column of a request. */
export function scopeOf(action: string, by: string): string {
  return `${action}:${by}`;
}

/** Hash that tells one input from another. Object keys count in the order they are written. */
export function hashInput(input: unknown): string {
  return hash('sha256', JSON.stringify(input), 'base64url');
}

/**
 * Does `work` once for a request id: the same request again gets the first answer, also when both
 * come at the same time. The answer must survive JSON.
 * @throws RequestIdReused when the id was used with other input
 */
export async function once<Answer>(
  tx: Tx,
  key: RequestKey,
  now: number,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const scope = scopeOf(key.action, key.by);
  const inputHash = hashInput(key.input);
  const row = { scope, requestId: key.requestId, inputHash, answer: 'null', createdAt: now };
  // A twin that is under way holds this key, so the insert waits until the twin is committed.
  const isNew = (await tx.insertNew('requests', [row])) === 1;
  if (!isNew) return firstAnswer<Answer>(tx, scope, key.requestId, inputHash);
  const answer = await work();
  await tx.execute('UPDATE requests SET answer = ? WHERE scope = ? AND requestId = ?', [
    JSON.stringify(answer),
    scope,
    key.requestId,
  ]);
  return answer;
}

interface StoredRefusal {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, string>>;
}

/**
 * As `once`, for work that has no answer but may be refused, which is an outcome too: the same
 * request again gets the same refusal, whatever would be possible by then. `work` answers its
 * refusal instead of throwing it, and then has changed nothing. Answers the refusal, if any.
 * @throws RequestIdReused when the id was used with other input
 */
export async function onceOrRefused(
  tx: Tx,
  key: RequestKey,
  now: number,
  work: () => Promise<DomainError | undefined>,
): Promise<DomainError | undefined> {
  const stored = await once<StoredRefusal | null>(tx, key, now, async () => {
    const refusal = await work();
    if (refusal === undefined) return null;
    return { code: refusal.code, message: refusal.message, details: refusal.details };
  });
  if (stored === null) return undefined;
  const code = isErrorCode(stored.code) ? stored.code : 'INTERNAL';
  return new DomainError(code, stored.message, stored.details);
}

async function firstAnswer<Answer>(
  tx: Tx,
  scope: string,
  requestId: string,
  inputHash: string,
): Promise<Answer> {
  // Without a lock: the row is committed, and twins that share it would deadlock over taking it.
  const row = await tx.row<RequestRow>('SELECT * FROM requests WHERE scope = ? AND requestId = ?', [
    scope,
    requestId,
  ]);
  if (row === undefined) throw new Error(`request ${requestId} vanished`);
  if (row.inputHash !== inputHash) throw new RequestIdReused(requestId);
  return JSON.parse(row.answer) as Answer;
}

/** A request of a batch. */
export interface BatchRequest {
  readonly scope: string;
  readonly requestId: string;
}

/** Key of a request in the map that findRequests answers. */
export function requestMapKey(request: BatchRequest): string {
  return `${request.scope} ${request.requestId}`;
}

/** Those of the requests that were answered before, by requestMapKey. */
export async function findRequests(
  tx: Reader,
  requests: readonly BatchRequest[],
): Promise<Map<string, RequestRow>> {
  if (requests.length === 0) return new Map();
  // Pairs, one lookup each: an IN for each column alone looks every scope up with every id.
  const rows = await tx.rows<RequestRow>(
    `SELECT * FROM requests
     WHERE (scope, requestId) IN (${tx.dialect.tupleList}${requests.map(() => '(?,?)').join(',')})`,
    requests.flatMap((request) => [request.scope, request.requestId]),
  );
  return new Map(rows.map((row) => [requestMapKey(row), row]));
}

/** Keeps the answers of a batch. A duplicate key means that another process was faster. */
export async function recordRequests(tx: Writer, rows: readonly RequestRow[]): Promise<void> {
  await tx.insert(
    'requests',
    rows.map((row) => ({ ...row })),
  );
}
