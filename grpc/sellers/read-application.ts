import type { Actor } from '../../common/auth/index.ts';
import { NotFound } from '../../common/errors/index.ts';
import { recordReadsIn } from '../privacy/index.ts';
import { type Details, openDetails } from './details.ts';
import { readDocuments } from './documents.ts';
import type { SellerApplicationHistoryRow, SellerApplicationRow } from './entities.ts';
import type { SellersDeps } from './sellers-deps.ts';
import { type ApplicationKey, findApplication, readHistory } from './store.ts';

/** Which application, and why. */
export interface ReadApplicationInput {
  readonly key: ApplicationKey;
  /** Why someone else's details are to be shown, for the audit; empty to see none. */
  readonly reason: string;
}

/** An application with all that the reader may see. */
export interface WholeApplication {
  readonly application: SellerApplicationRow;
  readonly details: Details | undefined;
  readonly history: readonly SellerApplicationHistoryRow[];
  /** Ids of files. */
  readonly documents: readonly string[];
}

/**
 * Reads an application. What is personal of someone else's is shown with a reason only, and who saw
 * it is noted.
 * @throws NotFound
 */
export async function readApplication(
  { db, vault, clock }: SellersDeps,
  actor: Actor,
  { key, reason }: ReadApplicationInput,
): Promise<WholeApplication> {
  const application = await findApplication(db.primary, key);
  if (application === undefined) {
    throw new NotFound('seller application', 'id' in key ? key.id : key.userId);
  }
  const [history, documents] = await Promise.all([
    readHistory(db.primary, application.id),
    readDocuments(db.primary, application.id),
  ]);
  const { userId } = application;
  const isOwn = actor.kind === 'user' && actor.userId === userId;
  if (!isOwn && reason === '') return { application, details: undefined, history, documents };
  if (!isOwn) {
    const fields = ['representative', 'address', 'phone', 'email'];
    const read = { actor, userIds: [userId], fields, source: 'sellers.getApplication' } as const;
    await db.transaction((tx) => recordReadsIn(tx, { ...read, reason }, clock.now()));
  }
  const [details] = await openDetails(vault, [application]);
  return { application, details, history, documents };
}
