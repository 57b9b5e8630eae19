import { fastify } from 'fastify';
import type { Config } from '../common/config.ts';
import type { Logger } from '../common/logger.ts';
import type { Part } from '../common/part.ts';
import { addBank } from './bank/index.ts';
import { addKakao } from './kakao/index.ts';
import { addKms } from './kms/index.ts';
import { addNts } from './nts/index.ts';
import { addToss } from './toss/index.ts';
import { addX } from './x/index.ts';

export interface SandboxDeps {
  readonly config: Config;
  readonly log: Logger;
}

/**
 * Starts the stand-ins of external providers on SANDBOX_HOST:SANDBOX_PORT. They speak the
 * providers' wire format over real HTTP, so that only an address differs from the real ones. Each
 * provider has a folder of its own. Not for production.
 */
export async function startSandbox({ config, log }: SandboxDeps): Promise<Part> {
  const app = fastify({ forceCloseConnections: true });
  app.get('/health', async () => ({ status: 'ok' }));
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'NOT_FOUND', message: '존재하지 않는 정보 입니다.' }),
  );
  addToss(app, config, log);
  addKms(app, config);
  addNts(app, config);
  addBank(app, config);
  addKakao(app, config);
  addX(app, config);
  const address = await app.listen({ host: config.SANDBOX_HOST, port: config.SANDBOX_PORT });
  log.info({ address }, 'stand-ins of external providers are ready');
  return {
    name: 'sandbox',
    address,
    // What was answered is on disk, and calls under way belong to parts that drain themselves.
    drain: async () => undefined,
    stop: () => app.close(),
  };
}
