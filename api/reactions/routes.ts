import { routes } from '../context.ts';
import { reactionsSpec } from '../spec/reactions.ts';

/** Totals of reactions; sending them is the rooms'. */
export const reactionsRoutes = routes(reactionsSpec, {
  getReactions: ({ params }, { clients }) => clients.reactions.getReactions(params),
});
