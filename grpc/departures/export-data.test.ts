import { goodPassword } from '../../test/kit/accounts.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { codeOf, tally, unused } from '../../test/kit/market.ts';
import { type Person, type Scene, setScene, sharedPhone } from '../../test/kit/scene.ts';
import type { Database } from '../db/index.ts';

const minuteMs = 60_000;

describeOnBothDatabases('copies of one’s own data', (open) => {
  let db: Database;
  let scene: Scene;
  let seller: Person;
  let show: { readonly broadcastId: string; readonly skuId: string };
  beforeAll(async () => {
    db = await open();
    scene = setScene(db);
    seller = await scene.someone(['seller']);
    show = await scene.goLive(seller.me);
  });
  afterAll(() => scene.context.close());

  const begin = ({ me }: Person, password = goodPassword) =>
    scene.context.departures.beginExport(me, { password });

  async function readAll({ me }: Person, ticket: string, section: string) {
    const items: object[] = [];
    let pages = 0;
    let largest = 0;
    let after = '';
    do {
      const query = { ticket, section, after };
      const page = await scene.context.departures.readExport(me, query);
      items.push(...page.items);
      pages += 1;
      largest = Math.max(largest, page.items.length);
      after = page.next;
    } while (after !== '');
    return { items, pages, largest };
  }

  it('hold everything, and nothing of others', async () => {
    const { context } = scene;
    const [person, other] = [await scene.someone(), await scene.someone()];
    for (const { user } of [person, other]) {
      await scene.charge(user.id, 1_000);
      await scene.pay(user.id, await scene.order(user.id, show));
      const follow = { userId: user.id, sellerId: seller.user.id, requestId: unused('f') };
      await context.follows.change({ ...follow, kind: 'follow' });
      await context.questions.askQuestions([
        {
          ...{ requestId: unused('q'), broadcastId: show.broadcastId, userId: user.id },
          ...{ name: user.name, text: `언제 ${user.name}` },
        },
      ]);
      await scene.say({ ...person, user }, show.broadcastId, `안녕 ${user.name}`);
    }
    const pollId = await context.polls.openPoll(seller.me, {
      ...{ requestId: unused('p'), broadcastId: show.broadcastId, question: '무엇?' },
      ...{ options: ['하나', '둘'], multiple: false, hidesResults: false, durationSeconds: 0 },
    });
    const vote = { pollId, userId: person.user.id, choices: [1], requestId: unused('v') };
    await context.polls.castVote(vote);

    for (const { me } of [person, other]) {
      const upload = { purpose: 'texture', contentType: 'image/png' } as const;
      await context.files.createUpload(me, { requestId: unused('u'), ...upload });
    }

    const { ticket, sections } = await begin(person);
    const copy: Record<string, object[]> = {};
    for (const section of sections) {
      copy[section] = (await readAll(person, ticket, section)).items;
    }
    const { email, name } = person.user;
    expect(copy).toMatchObject({
      profile: [{ email, name, phone: sharedPhone, roles: ['viewer'] }],
      accountChanges: [{ kind: 'marketing_granted' }],
      sessions: [{ userAgent: 'Secret Browser' }],
      loginAttempts: [{ address: '203.0.113.*', outcome: 'opened' }],
      mails: [{ template: 'verify_email' }],
      orders: [{ amount: 1_000, status: 'paid', lines: [{ name: '감귤 5kg', quantity: 1 }] }],
      payments: [{ amount: 1_000, method: 'points' }],
      pointTransfers: [{ kind: 'post' }, { kind: 'hold' }, { kind: 'charge', reason: 'gift' }],
      follows: [{ sellerId: seller.user.id }],
      chatMessages: [{ text: `안녕 ${name}`, broadcastId: show.broadcastId }],
      questions: [{ text: `언제 ${name}` }],
      files: [{ purpose: 'texture', state: 'pending', size: null, url: null }],
      pollVotes: [{ question: '무엇?', chosen: ['둘'] }],
    });
    for (const theirs of [other.user.name, other.user.email, other.user.id]) {
      expect(JSON.stringify(copy)).not.toContain(theirs);
    }
  });

  it('come in pages of a bounded size, each row once, over many chats', async () => {
    const person = await scene.someone();
    const chats = [show, await scene.goLive(seller.me), await scene.goLive(seller.me)];
    const expected: string[] = [];
    for (const [i, { broadcastId }] of chats.entries()) {
      await scene.say(person, broadcastId, `처음 ${i}`);
      expected.push(`처음 ${i}`);
      const rows = Array.from({ length: i === 1 ? 0 : 1_000 }, (_, n) => ({
        ...{ broadcastId, seq: 1_000_000 + n, kind: 'normal', userId: person.user.id },
        ...{ clientId: `c${n}`, name: person.user.name, text: `${i}: ${n}`, sentAt: n },
      }));
      await db.transaction((tx) => tx.insert('chat_messages', rows));
      expected.push(...rows.map((row) => row.text));
    }
    const { ticket } = await begin(person);
    const { items, largest } = await readAll(person, ticket, 'chatMessages');
    const texts = items.map((item) => Reflect.get(item, 'text'));
    expect(texts.toSorted()).toEqual(expected.toSorted());
    expect(largest).toBeLessThanOrEqual(500);
  });

  it('are for their owner alone, who proves it, a few times a day', async () => {
    const [person, stranger] = [await scene.someone(), await scene.someone()];
    const { readExport } = scene.context.departures;
    expect(await codeOf(begin(person, 'wrong'))).toBe('BAD_CREDENTIALS');
    const { ticket } = await begin(person, '');
    const first = { ticket, section: 'profile', after: '' };
    expect(await codeOf(readExport(stranger.me, first))).toBe('UNAUTHENTICATED');
    expect(await codeOf(readExport(person.me, { ...first, ticket: 'made up' }))).toBe(
      'UNAUTHENTICATED',
    );
    expect(await codeOf(readExport(person.me, { ...first, section: 'users' }))).toBe(
      'INVALID_ARGUMENT',
    );
    scene.clock.advance(11 * minuteMs);
    expect(await codeOf(begin(person, ''))).toBe('REAUTHENTICATION_REQUIRED');
    expect(await codeOf(readExport(person.me, first))).toBe('ok');
    scene.clock.advance(4 * minuteMs);
    expect(await codeOf(readExport(person.me, first))).toBe('UNAUTHENTICATED');
    const codes = await Promise.all([1, 2, 3].map(() => codeOf(begin(person))));
    expect(tally(codes)).toEqual({ ok: 2, RATE_LIMITED: 1 });
  });
});
