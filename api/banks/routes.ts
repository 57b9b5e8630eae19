import { requireUser } from '../../common/auth/index.ts';
import { routes } from '../context.ts';
import { banksSpec } from '../spec/banks.ts';

/** Bank accounts. */
export const banksRoutes = routes(banksSpec, {
  async listBanks(_, { clients }) {
    const { banks } = await clients.banks.listBanks({});
    return { items: banks };
  },

  setBankAccount: ({ body }, { clients, idempotencyKey }) =>
    clients.banks.setBankAccount({ ...body, requestId: idempotencyKey }),

  getMyBankAccount: (_, { clients, actor }) =>
    clients.banks.getBankAccount({ userId: requireUser(actor).userId }),

  getBankAccount: ({ params, query }, { clients }) =>
    clients.banks.getBankAccount({ ...params, ...query }),
});
