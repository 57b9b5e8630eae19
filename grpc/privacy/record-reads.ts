import type { Actor } from '../../common/auth/index.ts';
import type { EpochMs } from '../../common/clock.ts';
import { newId } from '../../common/ids.ts';
import type { RpcName } from '../../common/rpc/services.ts';
import type { Tx } from '../db/index.ts';

/** Personal data of others that is about to be shown to someone, in full. */
export interface PersonalDataRead {
  readonly actor: Actor;
  /** Whose data it is: one row for each. */
  readonly userIds: readonly string[];
  /** What of it, e.g. `email`. */
  readonly fields: readonly string[];
  /** The action that shows it. */
  readonly source: RpcName;
  /** Why, in the words of whoever asks; services give their purpose. */
  readonly reason: string;
}

/** Notes a read, in the transaction that reads: what can't be noted must not be shown. */
export async function recordReadsIn(
  tx: Tx,
  { actor, userIds, fields, source, reason }: PersonalDataRead,
  now: EpochMs,
): Promise<void> {
  const readBy = labelOf(actor);
  const what = { readBy, fields: fields.join(','), source, reason, readAt: now };
  const rows = [...new Set(userIds)].map((userId) => ({ id: newId('pdr'), userId, ...what }));
  await tx.insert('personal_data_reads', rows);
}

function labelOf(actor: Actor): string {
  if (actor.kind === 'user') return actor.userId;
  return actor.kind === 'service' ? `service:${actor.name}`.slice(0, 40) : actor.kind;
}
