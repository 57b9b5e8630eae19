import { Writable } from 'node:stream';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { createTokenGate } from '../common/auth/index.ts';
import { loadConfig } from '../common/config.ts';
import { createLocalPulse } from '../common/pulse/index.ts';
import { createClientPool } from '../common/rpc/clients.ts';
import { createApp } from './app.ts';
import { type Problem, problemSchema, problemType } from './errors/problem.ts';
import type { Readiness } from './guards/draining.ts';

/** The edge alone: nothing listens where it looks for the services. */
export interface EdgeAlone {
  readonly app: FastifyInstance;
  readonly readiness: Readiness;
  /** What was logged so far. */
  log(): Record<string, unknown>[];
  close(): Promise<void>;
}

/** Port 1 needs privileges that no test has, so nobody listens there. */
const nowhere = '127.0.0.1:1';

/** Makes the edge without services, not listening; reach it by `app.inject`. */
export async function createEdgeAlone(env: Record<string, string> = {}): Promise<EdgeAlone> {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(JSON.parse(line.toString('utf8')));
      done();
    },
  });
  const clients = createClientPool(nowhere, 'a secret of the services of 32 letters');
  const readiness = { draining: false };
  const config = loadConfig({ ONAIR_ENV: 'test', API_MAX_LOOP_DELAY_MS: '60000', ...env });
  const log = pino(stream);
  const pulse = createLocalPulse();
  const { sessions } = clients.as({ actor: { kind: 'service', name: 'api' } });
  const tokens = createTokenGate({ sessions, pulse, log });
  const app = await createApp({ config, log, clients, readiness, tokens });
  return {
    app,
    readiness,
    log: () => lines,
    async close() {
      tokens.stop();
      await app.close();
      clients.close();
    },
  };
}

/** The problem that a response carries; fails unless it is one in every respect. */
export function problemOf(response: LightMyRequestResponse): Problem {
  expect(response.headers['content-type']).toContain(problemType);
  const problem = problemSchema.strict().parse(response.json());
  expect(problem.status).toBe(response.statusCode);
  expect(problem.requestId).toBe(response.headers['x-request-id']);
  return problem;
}
