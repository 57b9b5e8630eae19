import { z } from 'zod';
import type { UserActor } from '../../common/auth/index.ts';
import { DomainError, InvalidArgument } from '../../common/errors/index.ts';
import type { ReadSection, SectionPage } from '../personal-data.ts';
import type { DeparturesDeps } from './departures-deps.ts';

/** A copy that can be read page by page. */
export interface BegunExport {
  readonly ticket: string;
  readonly sections: readonly string[];
}

/** For how long a copy can be read; longer than the API lets a client take for it. */
const ticketMs = 15 * 60_000;
/** Rows of one page. */
const pageRows = 500;

const ticketSchema = z.object({ userId: z.string(), until: z.number() });

/**
 * Begins a copy of the actor's own data, whoever they are to prove by password or by having just
 * logged in.
 * @throws DomainError BAD_CREDENTIALS, REAUTHENTICATION_REQUIRED; RATE_LIMITED past
 *   EXPORTS_PER_DAY, and after wrong passwords
 */
export async function beginExport(
  deps: DeparturesDeps,
  actor: UserActor,
  claim: { readonly password: string; readonly signal?: AbortSignal | undefined },
): Promise<BegunExport> {
  const { userId } = actor;
  await deps.users.confirmIdentity(actor, { ...claim, recentLoginSuffices: true });
  await deps.exports.require(userId);
  const until = deps.clock.now() + ticketMs;
  const ticket = deps.sealer.seal(JSON.stringify({ userId, until }));
  return { ticket, sections: [...sectionsOf(deps).keys()] };
}

/** Which page of a copy. */
export interface ExportPageQuery {
  readonly ticket: string;
  readonly section: string;
  readonly after: string;
}

/**
 * Reads a page of a copy that the actor began.
 * @throws DomainError UNAUTHENTICATED when it was begun by someone else or too long ago
 * @throws InvalidArgument when there is no such section
 */
export async function readExport(
  deps: DeparturesDeps,
  { userId }: UserActor,
  { ticket, section, after }: ExportPageQuery,
): Promise<SectionPage> {
  const opened = deps.sealer.open(ticket);
  const begun = opened === undefined ? undefined : ticketSchema.parse(JSON.parse(opened));
  if (begun === undefined || begun.userId !== userId || begun.until <= deps.clock.now()) {
    throw new DomainError('UNAUTHENTICATED', 'the copy was begun too long ago');
  }
  const read = sectionsOf(deps).get(section);
  if (read === undefined) throw new InvalidArgument('section: there is none of that name');
  return read(deps.db.primary, { userId, after, limit: pageRows });
}

function sectionsOf({ personalData }: DeparturesDeps): ReadonlyMap<string, ReadSection> {
  return new Map(personalData.flatMap(({ sections }) => Object.entries(sections ?? {})));
}
