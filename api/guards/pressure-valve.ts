import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../../common/config.ts';
import { Overloaded } from '../../common/errors/index.ts';

/** While the process can't keep up (API_MAX_LOOP_DELAY_MS), it says so at once. */
export async function addPressureValve(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: config.API_MAX_LOOP_DELAY_MS,
    pressureHandler: async (request, _reply, _type, delayMs) => {
      // A busy process is alive; restarting it would only make the others busier.
      if (request.routeOptions.url === '/health/live') return;
      // What the library says of a second without a sample, as after a single long pause.
      if (delayMs === Number.POSITIVE_INFINITY) return;
      throw new Overloaded('the API', config.API_MAX_LOOP_DELAY_MS);
    },
  });
}
