import { unwrap } from '../api/client/index.ts';
import type { Actor } from '../common/auth/index.ts';
import { newId } from '../common/ids.ts';
import { MessageKind } from '../proto/gen/onair/chat/v1/chat.ts';
import { describeInBothModes, type Onair, startOnair } from './kit/onair.ts';
import { openBeside } from './kit/open-beside.ts';
import { until } from './kit/until.ts';
import { makePerson, makeSeller, openShop, type Person, type Shop } from './rest-shop.ts';

const rooms: Actor = { kind: 'service', name: 'realtime' };

describeInBothModes('the history of a chat', (mode) => {
  let onair: Onair;
  let shop: Shop;
  let viewer: Person;

  beforeAll(async () => {
    onair = await startOnair(mode, { env: { CHAT_RETENTION_DAYS: '1' } });
    shop = await openShop(onair);
    viewer = await makePerson(onair, 'viewer');
  }, 180_000);
  afterAll(() => onair.stop(), 60_000);

  let said = 0;

  /** Says something as a room does, each time as somebody else unless told. */
  async function say(text: string, userId = newId('usr')): Promise<number> {
    said += 1;
    const { outcomes } = await onair.rpc.as({ actor: rooms }).chat.postMessages({
      messages: [
        {
          clientId: `m${said}`,
          broadcastId: shop.broadcastId,
          userId,
          name: '김하나',
          text,
          kind: userId === shop.seller.user.id ? MessageKind.NOTICE : MessageKind.NORMAL,
        },
      ],
    });
    const result = outcomes[0]?.result;
    if (result?.$case !== 'message') throw new Error(`not said: ${JSON.stringify(result)}`);
    return result.value.seq;
  }

  const path = () => `/v1/broadcasts/${shop.broadcastId}/messages`;
  const get = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${onair.apiUrls[0]}${path()}${query}`, { headers });
  const list = (person: Person, query: object) =>
    person.api.GET('/v1/broadcasts/{broadcastId}/messages', {
      params: { path: { broadcastId: shop.broadcastId }, query },
    });

  test('a client that was away recovers what it missed, and knows that it is all', async () => {
    const from = await say('마지막으로 본 말');
    for (let n = 1; n <= 5; n += 1) await say(`놓친 말 ${n}`);
    const texts: string[] = [];
    let afterSeq = from;
    let unavailable = 0;
    for (let hasMore = true; hasMore; ) {
      const page = await unwrap(list(viewer, { afterSeq, limit: 2 }));
      texts.push(...page.items.map(({ text }) => text));
      afterSeq = page.items.at(-1)?.seq ?? page.lastSeq;
      unavailable += page.unavailable;
      hasMore = page.hasMore;
    }
    expect(texts).toEqual([1, 2, 3, 4, 5].map((n) => `놓친 말 ${n}`));
    expect({ unavailable, afterSeq }).toEqual({ unavailable: 0, afterSeq: from + 5 });
  });

  test('is read backwards page by page, newest first, whatever is said meanwhile', async () => {
    const oldest = await say('뒤에서 1');
    for (let n = 2; n <= 8; n += 1) await say(`뒤에서 ${n}`);
    const pages: number[][] = [];
    let beforeSeq = 0;
    for (let hasMore = true; hasMore; ) {
      const page = await unwrap(list(viewer, { beforeSeq, limit: 3 }));
      pages.push(page.items.map(({ seq }) => seq));
      beforeSeq = page.items.at(-1)?.seq ?? 0;
      ({ hasMore } = page);
      expect(page.unavailable).toBe(0);
      await say('그 사이');
    }
    const newest = oldest + 7;
    expect(pages.flat()).toEqual(Array.from({ length: newest }, (_, n) => newest - n));
    expect(pages.slice(0, -1).every((page) => page.length === 3)).toBe(true);
    expect(pages.length).toBeGreaterThan(3);
    const query = { beforeSeq: newest + 1, limit: 8 };
    const { items } = await unwrap(list(viewer, query));
    expect(items.map(({ text }) => text)).toEqual(
      [8, 7, 6, 5, 4, 3, 2, 1].map((n) => `뒤에서 ${n}`),
    );
    expect(await unwrap(list(viewer, { beforeSeq: 1 }))).toMatchObject({
      items: [],
      hasMore: false,
    });
  });

  test('a page to which nothing can be added may be kept, another is asked for again', async () => {
    const seq = await say('하나');
    await say('둘');
    const cachingOf = async (query: string, headers?: Record<string, string>) =>
      (await get(query, headers)).headers.get('cache-control');
    const authorization = `Bearer ${viewer.accessToken}`;
    expect(await cachingOf(`?afterSeq=${seq - 1}&limit=1`)).toBe('public, max-age=10');
    expect(await cachingOf(`?afterSeq=${seq - 1}&limit=1`, { authorization })).toBe(
      'private, max-age=10',
    );
    expect(await cachingOf(`?beforeSeq=${seq}`)).toBe('public, max-age=10');
    expect(await cachingOf(`?beforeSeq=${seq + 1_000}`)).toBe('public, no-cache');
    expect(await cachingOf('?beforeSeq=0')).toBe('public, no-cache');
    expect(await cachingOf(`?afterSeq=${seq}`)).toBe('public, no-cache');
    const first = await get(`?afterSeq=${seq}`);
    const condition = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await get(`?afterSeq=${seq}`, condition)).status).toBe(304);
    await say('셋');
    expect((await get(`?afterSeq=${seq}`, condition)).status).toBe(200);
  });

  test('the host and admins read by kind and by person, nobody else', async () => {
    const talker = newId('usr');
    const seq = await say('저예요', talker);
    const notice = await say('공지입니다', shop.seller.user.id);
    const seqs = async (person: Person, query: object) =>
      (await unwrap(list(person, query))).items.map((item) => item.seq);
    expect(await seqs(shop.seller, { userId: talker })).toEqual([seq]);
    expect(await seqs(shop.admin, { kind: 'notice' })).toEqual([notice]);
    await expect(unwrap(list(viewer, { userId: talker }))).rejects.toThrow('PERMISSION_DENIED');
    expect(await (await get('?kind=notice')).json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    const authorization = `Bearer ${shop.seller.accessToken}`;
    const kept = await get('?kind=notice', { authorization });
    expect(kept.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['?afterSeq=1&beforeSeq=2', 'query.beforeSeq'],
    ['?afterSeq=-1', 'query.afterSeq'],
    ['?afterSeq=half', 'query.afterSeq'],
    ['?limit=501', 'query.limit'],
    ['?limit=0', 'query.limit'],
    ['?kind=gossip', 'query.kind'],
    ['?userId=someone', 'query.userId'],
  ])('%s is refused', async (query, field) => {
    const response = await get(query);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'INVALID_ARGUMENT',
      errors: [{ field }],
    });
  });

  describe('as a file', () => {
    const save = (person?: Person, broadcastId = shop.broadcastId, method = 'GET') =>
      fetch(`${onair.apiUrls[0]}/v1/broadcasts/${broadcastId}/messages.csv`, {
        method,
        headers: person === undefined ? {} : { authorization: `Bearer ${person.accessToken}` },
      });

    test('has every message in order, more than fit into a page', async () => {
      const { chat } = onair.rpc.as({ actor: rooms });
      for (let call = 0; call < 9; call += 1) {
        await chat.postMessages({
          messages: Array.from({ length: 500 }, (_, n) => ({
            clientId: `bulk-${call}-${n}`,
            broadcastId: shop.broadcastId,
            userId: newId('usr'),
            name: '김하나',
            text: `${call * 500 + n}번째`,
            kind: MessageKind.NORMAL,
          })),
        });
      }
      const response = await save(shop.seller);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-store');
      const disposition = response.headers.get('content-disposition') ?? '';
      expect(disposition).toContain(`filename="${shop.broadcastId}.csv"`);
      const [, encoded = ''] = /filename\*=UTF-8''(\S+)$/.exec(disposition) ?? [];
      expect(decodeURIComponent(encoded)).toMatch(/^채팅 \d{4}-\d\d-\d\d 머그컵 라이브\.csv$/);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
      const [head, ...lines] = bytes.subarray(3).toString('utf8').trimEnd().split('\r\n');
      expect(head).toBe('"번호","시각(KST)","종류","보낸 사람 ID","이름","내용"');
      const { lastSeq } = await unwrap(list(viewer, { limit: 1 }));
      expect(lines.map((line) => Number(line.split(',')[0]))).toEqual(
        Array.from({ length: lastSeq }, (_, n) => n + 1),
      );
      expect(lines.at(-1)).toMatch(
        /^\d+,"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d","일반","usr_\w{26}","김하나","4499번째"$/,
      );
    });

    test('runs no formula on the machine that opens it', async () => {
      await say('=HYPERLINK("evil","당첨")');
      await say('@SUM(1+1)*cmd|" /C calc"!A0');
      const text = await (await save(shop.admin)).text();
      expect(text).toContain(`"'=HYPERLINK(""evil"",""당첨"")"\r\n`);
      expect(text).toContain(`"'@SUM(1+1)*cmd|"" /C calc""!A0"\r\n`);
    });

    test('is for the host and admins', async () => {
      const codeOf = async (response: Response) => {
        const { code } = (await response.json()) as { code: string };
        return [response.status, code, response.headers.get('content-disposition')];
      };
      const otherSeller = await makeSeller(onair, shop.admin);
      expect([
        await codeOf(await save(viewer)),
        await codeOf(await save(otherSeller)),
        await codeOf(await save()),
        await codeOf(await save(shop.admin, newId('brc'))),
        await codeOf(await save(shop.admin, 'brc_1')),
      ]).toEqual([
        [403, 'PERMISSION_DENIED', null],
        [403, 'PERMISSION_DENIED', null],
        [401, 'UNAUTHENTICATED', null],
        [404, 'NOT_FOUND', null],
        [400, 'INVALID_ARGUMENT', null],
      ]);
      const head = await save(shop.seller, shop.broadcastId, 'HEAD');
      expect([head.status, await head.text()]).toEqual([200, '']);
    });
  });

  test('it stays when the broadcast is over', async () => {
    const before = await unwrap(list(viewer, { beforeSeq: 0, limit: 500 }));
    expect(before.lastSeq).toBeGreaterThan(0);
    await unwrap(
      shop.seller.api.POST('/v1/broadcasts/{broadcastId}/end', {
        params: { path: { broadcastId: shop.broadcastId } },
      }),
    );
    expect(await unwrap(list(viewer, { beforeSeq: 0, limit: 500 }))).toEqual(before);
  });

  test('it goes a day after that, and says so', async () => {
    const { lastSeq } = await unwrap(list(viewer, { limit: 1 }));
    await openBeside(onair, (database) =>
      database.transaction(async (tx) => {
        const dayAgo = Date.now() - 86_400_000;
        await tx.execute('UPDATE broadcasts SET endedAt = ? WHERE id = ?', [
          dayAgo,
          shop.broadcastId,
        ]);
      }),
    );
    const { jobs } = onair.rpc.as({ actor: { kind: 'service', name: 'workers' } });
    await jobs.enqueueTick({ kind: 'chat.prune', tick: new Date() });
    await until('the workers have removed it', async () => {
      return (await unwrap(list(viewer, { afterSeq: 0, limit: 1 }))).items.length === 0;
    });
    const gone = await unwrap(list(viewer, { afterSeq: 0, limit: 500 }));
    expect(gone).toMatchObject({ items: [], lastSeq, unavailable: lastSeq });
  });
});
