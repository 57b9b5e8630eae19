import { describeOnBothDatabases, type OpenDatabase } from '../../test/kit/databases.ts';
import { isDuplicateKey } from '../db/index.ts';
import {
  amountOf,
  chargeOf,
  createPointsFixture,
  dayMs,
  holdOf,
  outcomesOf,
  type PointsFixture,
  repeat,
} from './fixtures/points-fixture.ts';
import { verifyLedger } from './index.ts';

describeOnBothDatabases('points', defineSuite);

function defineSuite(open: OpenDatabase): void {
  let fixture: PointsFixture;
  beforeAll(async () => {
    fixture = createPointsFixture(await open());
  });
  afterEach(async () => {
    expect(await verifyLedger(fixture.db.primary)).toEqual([]);
  });

  describe('charging', () => {
    it('opens an account, and the points can be spent', async () => {
      const userId = await fixture.newUser();
      expect(await fixture.points.balanceOf(userId)).toEqual({ available: 0, held: 0 });
      await fixture.charge(userId, 100);
      await fixture.charge(userId, 50);
      expect(await fixture.points.balanceOf(userId)).toEqual({ available: 150, held: 0 });
    });

    it('lasts for the default term where no expiry is given', async () => {
      const { points, clock } = fixture;
      const userId = await fixture.newUser();
      await points.charge('admin', chargeOf(userId));
      clock.advance(365 * dayMs - 1);
      expect((await points.balanceOf(userId)).available).toBe(10);
      clock.advance(1);
      expect((await points.balanceOf(userId)).available).toBe(0);
    });

    it('refuses a user who does not exist, and points that have lapsed already', async () => {
      const { points, clock } = fixture;
      const nobody = 'usr_00000000000000000000000000';
      const userId = await fixture.newUser();
      expect(
        await outcomesOf([
          points.charge('admin', chargeOf(nobody)),
          points.charge('admin', { ...chargeOf(userId), expiresAt: clock.now() }),
        ]),
      ).toEqual(['NOT_FOUND', 'INVALID_ARGUMENT']);
      expect(await points.balanceOf(nobody)).toEqual({ available: 0, held: 0 });
    });

    it('charges once for a request, also when it comes many times at once', async () => {
      const { points, otherPoints } = fixture;
      const input = chargeOf(await fixture.newUser());
      const first = await points.charge('admin', input);
      const again = await Promise.all([
        ...repeat(20, () => points.charge('admin', input)),
        ...repeat(20, () => otherPoints.charge('admin', input)),
      ]);
      expect(again).toEqual(repeat(40, () => first));
      expect((await points.balanceOf(input.userId)).available).toBe(10);
    });

    it('opens one account when two processes charge a new user at once', async () => {
      const { points, otherPoints } = fixture;
      const userId = await fixture.newUser();
      const input = chargeOf(userId);
      const charged = await Promise.all([
        ...repeat(5, () => points.charge('admin', input)),
        ...repeat(5, () => otherPoints.charge('admin', input)),
        points.charge('admin', chargeOf(userId)),
        otherPoints.charge('admin', chargeOf(userId)),
      ]);
      expect(new Set(charged.map(({ id }) => id)).size).toBe(3);
      expect((await points.balanceOf(userId)).available).toBe(30);
    });

    it('refuses a request id that comes with other input, but not from another admin', async () => {
      const { points } = fixture;
      const input = chargeOf(await fixture.newUser());
      expect(
        await outcomesOf([
          points.charge('admin', input),
          points.charge('admin', { ...input, amount: amountOf(11) }),
          points.charge('other admin', input),
        ]),
      ).toEqual(['ok', 'REQUEST_ID_REUSED', 'ok']);
      expect((await points.balanceOf(input.userId)).available).toBe(20);
    });
  });

  describe('holding', () => {
    it('sets points aside, and a post spends them for good', async () => {
      const userId = await fixture.newUserWith(100);
      const holdId = await fixture.hold(userId, 30);
      expect(await fixture.points.balanceOf(userId)).toEqual({ available: 70, held: 30 });
      const post = await fixture.points.post('system', holdId);
      expect(post).toMatchObject({ kind: 'post', userId, amount: 30, holdId, reference: 'ord_1' });
      expect(await fixture.points.balanceOf(userId)).toEqual({ available: 70, held: 0 });
    });

    it('a void gives back what was set aside', async () => {
      const userId = await fixture.newUserWith(100);
      const holdId = await fixture.hold(userId, 30);
      await fixture.points.void('system', holdId);
      expect(await fixture.points.balanceOf(userId)).toEqual({ available: 100, held: 0 });
    });

    it('refuses more than there is and says how much there is; the request stays refused', async () => {
      const { points } = fixture;
      const userId = await fixture.newUserWith(100);
      const input = { ...holdOf(userId), amount: amountOf(101) };
      const refusal = { code: 'INSUFFICIENT_POINTS', details: { available: '100' } };
      await expect(points.hold('system', input)).rejects.toMatchObject(refusal);
      await fixture.charge(userId, 100);
      await expect(points.hold('system', input)).rejects.toMatchObject(refusal);
      await expect(fixture.hold(userId, 101)).resolves.toMatch(/^trf_/);
    });

    it('refuses a user who never had points', async () => {
      const userId = await fixture.newUser();
      await expect(fixture.hold(userId, 1)).rejects.toMatchObject({ code: 'INSUFFICIENT_POINTS' });
    });

    it('holds once for a request, also when it comes many times at once', async () => {
      const { points, otherPoints } = fixture;
      const userId = await fixture.newUserWith(100);
      const input = holdOf(userId);
      const holds = await Promise.all([
        ...repeat(10, () => points.hold('system', input)),
        ...repeat(10, () => otherPoints.hold('system', input)),
      ]);
      expect(new Set(holds.map(({ id }) => id)).size).toBe(1);
      expect(await points.balanceOf(userId)).toEqual({ available: 90, held: 10 });
      const other = { ...input, userId: await fixture.newUserWith(100) };
      await expect(points.hold('system', other)).rejects.toMatchObject({
        code: 'REQUEST_ID_REUSED',
      });
    });

    it('200 holds at once on one account: as many as there are points for, none beyond', async () => {
      const { points, otherPoints } = fixture;
      const userId = await fixture.newUserWith(500);
      const outcomes = await outcomesOf(
        repeat(200, (i) => (i % 2 ? points : otherPoints).hold('system', holdOf(userId))),
      );
      expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(50);
      expect(new Set(outcomes)).toEqual(new Set(['ok', 'INSUFFICIENT_POINTS']));
      expect(await points.balanceOf(userId)).toEqual({ available: 0, held: 500 });
    });

    it('many users hold and post at once in two processes, crossing each other', async () => {
      const { points, otherPoints } = fixture;
      const users = await Promise.all(repeat(10, () => fixture.newUserWith(100)));
      const spend = async (i: number) => {
        const userId = users[(i * 7) % users.length] ?? '';
        const [first, second] = i % 2 ? [points, otherPoints] : [otherPoints, points];
        const { id } = await first.hold('system', holdOf(userId));
        await (i % 3 === 0 ? second.void('system', id) : second.post('system', id));
      };
      expect(new Set(await outcomesOf(repeat(60, spend)))).toEqual(new Set(['ok']));
      const balances = await Promise.all(users.map((userId) => points.balanceOf(userId)));
      const posted = 60 - 20;
      const left = balances.reduce((sum, { available }) => sum + available, 0);
      expect(left).toBe(1000 - posted * 10);
    });
  });

  describe('resolving', () => {
    it.each([
      ['post', 'post'],
      ['post', 'void'],
      ['void', 'void'],
      ['void', 'post'],
    ] as const)('after a %s, a %s is refused and told what happened', async (first, second) => {
      const { points } = fixture;
      const holdId = await fixture.hold(await fixture.newUserWith(100), 30);
      const { id } = await points[first]('system', holdId);
      await expect(points[second]('system', holdId)).rejects.toMatchObject({
        code: 'ALREADY_RESOLVED',
        details: { transferId: id, kind: first },
      });
    });

    it('refuses what is not a hold', async () => {
      const { points } = fixture;
      const userId = await fixture.newUserWith(100);
      const chargeId = await fixture.charge(userId, 1);
      expect(
        await outcomesOf([
          points.post('system', 'trf_00000000000000000000000000'),
          points.void('system', chargeId),
        ]),
      ).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    });

    it('100 posts and voids of one hold at once: one succeeds', async () => {
      const { points, otherPoints } = fixture;
      const userId = await fixture.newUserWith(100);
      const holdId = await fixture.hold(userId, 30);
      const outcomes = await outcomesOf(
        repeat(100, (i) => {
          const process = i % 2 ? points : otherPoints;
          return i % 3 ? process.post('system', holdId) : process.void('system', holdId);
        }),
      );
      expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'ALREADY_RESOLVED')).toHaveLength(99);
    });

    it('the database too refuses to resolve a hold twice', async () => {
      const { db, points } = fixture;
      const holdId = await fixture.hold(await fixture.newUserWith(100), 30);
      const { id } = await points.post('system', holdId);
      const twice = db.transaction(async (tx) => {
        const row = await tx.row<Record<string, string | number | null>>(
          'SELECT * FROM point_transfers WHERE id = ?',
          [id],
        );
        await tx.insert('point_transfers', [{ ...row, id: 'trf_other', kind: 'void' }]);
      });
      const error: unknown = await twice.catch((reason: unknown) => reason);
      expect(isDuplicateKey(error)).toBe(true);
    });
  });

  it('lists transfers newest first, page by page, and only those of the user', async () => {
    const { points } = fixture;
    const userId = await fixture.newUserWith(100);
    await fixture.newUserWith(100);
    const holdId = await fixture.hold(userId, 30);
    await points.post('system', holdId);
    const firstPage = await points.listTransfers({ userId, afterId: undefined, limit: 1 });
    expect(firstPage.map(({ kind }) => kind)).toEqual(['post', 'hold']);
    const rest = await points.listTransfers({ userId, afterId: firstPage[0]?.id, limit: 5 });
    expect(rest.map(({ kind }) => kind)).toEqual(['hold', 'charge']);
  });
}
