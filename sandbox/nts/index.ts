import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { sameSecret } from '../../common/auth/index.ts';
import type { Config } from '../../common/config.ts';
import { toStatus, toValidation } from './answers.ts';
import { businessSchema, createRegistry } from './registry.ts';

const query = z.object({ serviceKey: z.string().default('') });
const number = z.string().regex(/^\d{10}$/);
const statusBody = z.object({ b_no: z.array(number).min(1) });
const validateBody = z.object({
  businesses: z
    .array(
      z.looseObject({
        b_no: number,
        start_dt: z.string().regex(/^\d{8}$/),
        p_nm: z.string().min(1),
      }),
    )
    .min(1),
});

/** Businesses that one call takes. */
const maxPerCall = 100;

/**
 * Adds the stand-in of the National Tax Service's API of business registrations, as data.go.kr
 * offers it. `/sandbox/nts/businesses` tells it of businesses; the real one has no such address.
 */
export function addNts(app: FastifyInstance, config: Config): void {
  const registry = createRegistry();

  app.register(async (api) => {
    api.addHook('onRequest', async (request, reply) => {
      const { serviceKey } = query.parse(request.query);
      if (sameSecret(serviceKey, config.NTS_SERVICE_KEY)) return;
      return reply.code(401).send({ code: -4, msg: '등록되지 않은 인증키 입니다.' });
    });
    api.setErrorHandler((_error, _request, reply) =>
      reply.code(400).send({ status_code: 'BAD_JSON_REQUEST' }),
    );

    api.post('/api/nts-businessman/v1/status', async (request, reply) => {
      const body = statusBody.safeParse(request.body);
      if (!body.success) return malformed(reply);
      const numbers = body.data.b_no;
      registry.count('status', numbers);
      const data = numbers.map((each) => toStatus(registry.find(each)));
      const match_cnt = data.filter(({ b_stt_cd }) => b_stt_cd !== '').length;
      return answer(reply, numbers, { request_cnt: numbers.length, match_cnt, data });
    });

    api.post('/api/nts-businessman/v1/validate', async (request, reply) => {
      const body = validateBody.safeParse(request.body);
      if (!body.success) return malformed(reply);
      const asked = body.data.businesses;
      const numbers = asked.map(({ b_no }) => b_no);
      registry.count('validate', numbers);
      const data = asked.map((each) => toValidation(registry.find(each.b_no), each));
      const valid_cnt = data.filter(({ valid }) => valid === '01').length;
      return answer(reply, numbers, { request_cnt: asked.length, valid_cnt, data });
    });
  });

  app.put('/sandbox/nts/businesses/:b_no', async (request, reply) => {
    const { b_no } = z.object({ b_no: number }).parse(request.params);
    registry.put(businessSchema.parse({ ...(request.body ?? {}), b_no }));
    return reply.code(204).send();
  });

  app.get('/sandbox/nts/businesses/:b_no', async (request) => {
    const { b_no } = z.object({ b_no: number }).parse(request.params);
    return { ...registry.find(b_no), calls: registry.callsOf(b_no) };
  });

  async function answer(reply: FastifyReply, numbers: readonly string[], body: object) {
    if (numbers.length > maxPerCall) {
      return reply.code(413).send({ status_code: 'TOO_LARGE_REQUEST' });
    }
    const behaviours = numbers.map((each) => registry.find(each).behaviour);
    if (behaviours.includes('silent')) return reply.hijack();
    if (behaviours.includes('error-500')) {
      return reply.code(500).send({ status_code: 'INTERNAL_ERROR' });
    }
    if (behaviours.includes('malformed')) return malformed(reply);
    if (behaviours.includes('garbled')) return reply.type('text/html').send('<h1>점검 중</h1>');
    const slow = behaviours.map((each) => (each.startsWith('slow:') ? Number(each.slice(5)) : 0));
    await delay(Math.max(0, ...slow), undefined, { ref: false });
    return reply.send({ ...body, status_code: 'OK' });
  }
}

function malformed(reply: FastifyReply): FastifyReply {
  return reply.code(411).send({ status_code: 'REQUEST_DATA_MALFORMED' });
}
