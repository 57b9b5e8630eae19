import { routes } from '../context.ts';
import { auditsSpec } from '../spec/audits.ts';

/** Proof that the books agree, for operators. Reads everything, so it may take its time. */
export const auditsRoutes = routes(auditsSpec, {
  verifyBooks: (_request, { clients }) => clients.audits.verifyBooks({}, { deadline: 30_000 }),
});
