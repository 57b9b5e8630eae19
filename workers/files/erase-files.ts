import type { ObjectStore } from '../../common/files/index.ts';
import { inBites } from '../in-bites.ts';
import { done, type JobHandler, type JobResult } from '../job.ts';
import { createTurns } from './take-turns.ts';

/** Calls to the store under way at once. */
const parallel = 8;
/** Seconds until the store is asked again. */
const afterSeconds = 60;

/** Erases objects of files; what is gone already is fine. */
export function createEraseFiles(objects: ObjectStore): JobHandler<'files.erase'> {
  const inTurn = createTurns(parallel);
  return (jobs, { log }) =>
    Promise.all(
      jobs.map(({ payload: { fileId, scope } }) =>
        inTurn(async (): Promise<JobResult> => {
          try {
            if (scope === 'all') await objects.removeAll(fileId);
            else await objects.remove('quarantine', fileId);
            return done;
          } catch (error) {
            log.warn({ err: error, fileId }, 'objects were not erased');
            return { kind: 'retry', reason: String(error), afterSeconds };
          }
        }),
      ),
    );
}

/** Ends uploads that never came and files that nothing uses. Ticks that piled up are one. */
export const sweepFiles: JobHandler<'files.sweep'> = async (jobs, { clients, options }) => {
  await inBites(
    async (limit) => (await clients.files.sweepFiles({ limit }, options)).swept,
    options.signal,
  );
  return jobs.map(() => done);
};
