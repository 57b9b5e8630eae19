import { DomainError } from '../../common/errors/index.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { addToCounter, counter, createCounters, resetCounters } from './fixtures/counters.ts';
import { type Database, dbSchema, findRequests, once, recordRequests, type Tx } from './index.ts';
import { hashInput, type RequestRow, requestMapKey, scopeOf } from './requests.ts';

describeOnBothDatabases(
  'once()',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
      await createCounters(db);
    });
    beforeEach(async () => {
      await resetCounters(db);
      await db.transaction((tx) => tx.execute('DELETE FROM requests'));
    });

    interface Ask {
      readonly requestId?: string;
      readonly by?: string;
      readonly action?: string;
      readonly input?: unknown;
    }

    /** Adds 1 to counter `a`, and answers the sum. */
    function add(ask: Ask = {}, work?: (tx: Tx) => Promise<unknown>) {
      const key = { requestId: 'r1', by: 'usr_1', action: 'add', input: { amount: 1 }, ...ask };
      return db.transaction((tx) =>
        once(tx, key, 1_000, async () => {
          await addToCounter(tx, 'a', 1);
          return work ? work(tx) : { sum: await counter(tx, 'a') };
        }),
      );
    }

    const sum = () => counter(db.primary, 'a');
    const requests = () => db.primary.rows<RequestRow>('SELECT * FROM requests ORDER BY requestId');

    it('gives the same request the first answer again, and does nothing', async () => {
      expect(await add()).toEqual({ sum: 1 });
      expect(await add()).toEqual({ sum: 1 });
      expect(await sum()).toBe(1);
    });

    it('remembers who asked what, when, and the answer', async () => {
      await add();
      expect(await requests()).toEqual([
        {
          scope: 'add:usr_1',
          requestId: 'r1',
          inputHash: hashInput({ amount: 1 }),
          answer: '{"sum":1}',
          createdAt: 1_000,
        },
      ]);
    });

    it('has one effect for a hundred of the same at once, and gives a hundred equal answers', async () => {
      for (let round = 1; round <= 3; round += 1) {
        const requestId = `round-${round}`;
        const answers = await Promise.all(Array.from({ length: 100 }, () => add({ requestId })));
        expect(answers).toEqual(new Array(100).fill({ sum: round }));
        expect(await sum()).toBe(round);
      }
    });

    it('keeps different requests apart that come at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => add({ requestId: `r${i}` }, async () => ({ i }))),
      );
      expect(answers).toEqual(Array.from({ length: 50 }, (_, i) => ({ i })));
      expect(await sum()).toBe(50);
    });

    it.each<[string, Ask]>([
      ['caller', { by: 'usr_2' }],
      ['action', { action: 'addMore' }],
      ['request id', { requestId: 'r2' }],
      ['request id of other case', { requestId: 'R1' }],
    ])('is another request with another %s', async (_what, ask) => {
      expect(await add()).toEqual({ sum: 1 });
      expect(await add(ask)).toEqual({ sum: 2 });
      expect(await add()).toEqual({ sum: 1 });
    });

    it.each([
      ['another value', { amount: 2 }],
      ['another field', { amount: 1, note: 'x' }],
      ['a text for a number', { amount: '1' }],
      ['nothing', null],
    ])('refuses %s under the same id with REQUEST_ID_REUSED', async (_what, input) => {
      await add();
      await expect(add({ input })).rejects.toMatchObject({
        code: 'REQUEST_ID_REUSED',
        details: { requestId: 'r1' },
      });
      expect(await sum()).toBe(1);
      expect(await add()).toEqual({ sum: 1 });
    });

    it('refuses other input as well while the first is still under way', async () => {
      const settled = await Promise.allSettled([1, 2].map((amount) => add({ input: { amount } })));
      expect(settled.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(settled.find((outcome) => outcome.status === 'rejected')).toMatchObject({
        reason: { code: 'REQUEST_ID_REUSED' },
      });
      expect(await sum()).toBe(1);
    });

    it('leaves nothing of a work that fails, so that the same request may be made again', async () => {
      const soldOut = new DomainError('SOLD_OUT', 'none left');
      await expect(add({}, () => Promise.reject(soldOut))).rejects.toBe(soldOut);
      expect(await requests()).toEqual([]);
      expect(await sum()).toBe(0);
      expect(await add({ input: { amount: 2 } })).toEqual({ sum: 1 });
    });

    it('lets one that waited for a failing twin do the work itself', async () => {
      let works = 0;
      const attempt = () =>
        add({}, async (tx) => {
          works += 1;
          if (works === 1) throw new Error('first one fails');
          return { sum: await counter(tx, 'a') };
        });
      const settled = await Promise.allSettled(Array.from({ length: 10 }, attempt));
      expect(settled.filter((outcome) => outcome.status === 'rejected')).toHaveLength(1);
      expect(works).toBe(2);
      expect(await sum()).toBe(1);
      for (const outcome of settled) {
        if (outcome.status === 'fulfilled') expect(outcome.value).toEqual({ sum: 1 });
      }
    });

    it('answers null where there is nothing to answer, the first time and again', async () => {
      expect(await add({}, async () => null)).toBeNull();
      expect(await add({}, async () => null)).toBeNull();
    });

    it('takes ids and scopes of full length, and refuses longer ones rather than cut them', async () => {
      const requestId = 'r'.repeat(64);
      const by = 'u'.repeat(96);
      expect(await add({ requestId, by })).toEqual({ sum: 1 });
      expect(await add({ requestId, by })).toEqual({ sum: 1 });
      if (db.read.dialect.name === 'sqlite') return;
      await expect(add({ requestId: `${requestId}x` })).rejects.toThrow();
      await expect(add({ by: `${by}x` })).rejects.toThrow();
      expect(await sum()).toBe(1);
    });
  },
  dbSchema,
);

describeOnBothDatabases(
  'requests of a batch',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
    });
    beforeEach(() => db.transaction((tx) => tx.execute('DELETE FROM requests')));

    const row = (scope: string, requestId: string): RequestRow => ({
      scope,
      requestId,
      inputHash: hashInput(requestId),
      answer: JSON.stringify({ scope, requestId }),
      createdAt: 5,
    });

    it('are found by caller and id together, whatever else there is', async () => {
      const alices = scopeOf('buy', 'alice');
      const bobs = scopeOf('buy', 'bob');
      const known = [row(alices, 'r1'), row(bobs, 'r2'), row(scopeOf('sell', 'bob'), 'r1')];
      const found = await db.transaction(async (tx) => {
        await recordRequests(tx, known);
        return findRequests(tx, [
          { scope: alices, requestId: 'r1' },
          { scope: alices, requestId: 'r2' },
          { scope: bobs, requestId: 'r2' },
          { scope: bobs, requestId: 'r2' },
          { scope: bobs, requestId: 'r3' },
        ]);
      });
      expect(found.get(requestMapKey({ scope: alices, requestId: 'r1' }))).toEqual(known[0]);
      expect(found.get(requestMapKey({ scope: bobs, requestId: 'r2' }))).toEqual(known[1]);
      for (const [scope, requestId] of [
        [alices, 'r2'],
        [bobs, 'r3'],
      ] as const) {
        expect(found.has(requestMapKey({ scope, requestId }))).toBe(false);
      }
    });

    it('may be none, and may be many', async () => {
      const many = Array.from({ length: 256 }, (_, i) =>
        row(scopeOf('buy', `u${i % 50}`), `r${i}`),
      );
      await db.transaction(async (tx) => {
        expect(await findRequests(tx, [])).toEqual(new Map());
        expect(await findRequests(tx, many)).toEqual(new Map());
        await recordRequests(tx, []);
        await recordRequests(tx, many);
        expect(await findRequests(tx, many)).toEqual(
          new Map(many.map((each) => [requestMapKey(each), each])),
        );
      });
    });

    it('are recorded all or none', async () => {
      const scope = scopeOf('buy', 'alice');
      await db.transaction((tx) => recordRequests(tx, [row(scope, 'r1')]));
      await expect(
        db.transaction((tx) => recordRequests(tx, [row(scope, 'r0'), row(scope, 'r1')])),
      ).rejects.toThrow();
      expect(await db.primary.rows('SELECT requestId FROM requests')).toEqual([
        { requestId: 'r1' },
      ]);
    });
  },
  dbSchema,
);
