import { meanwhile } from '../kit/meanwhile.ts';
import { until } from '../kit/until.ts';
import { type Bystanders, startBystanders } from './bystander.ts';
import { openRaw, rawStatus } from './raw-socket.ts';
import { door, type InWorld, makeWorld } from './world.ts';

const matchmake = '/matchmake/joinOrCreate/live';

function post(body: string, headers = '', path = matchmake, host = 'onair'): string {
  return (
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
  );
}

function get(path: string, headers = '', method = 'GET'): string {
  return `${method} ${path} HTTP/1.1\r\nHost: onair\r\n${headers}\r\n`;
}

/** What may come to the matchmaker's door, and the status that it is answered with. */
const requests: readonly (readonly [name: string, request: string, status: number | number[]])[] = [
  ['an impossible host', post('{}', '', matchmake, '['), 400],
  ['a host with a blank', post('{}', '', matchmake, 'a b'), 400],
  ['a referrer that is no address', post('{}', 'Referer: http://[\r\n'), 400],
  ['a protocol that is none', post('{}', 'X-Forwarded-Proto: ://[\r\n'), 400],
  ['a header that is not ASCII', post('{}', 'X-Name: \xed\x95\x9c\r\nOrigin: \xff\r\n'), 400],
  ['a token that is not ASCII', post('{}', 'Authorization: Bearer \xff\r\n'), 400],
  ['a proxy’s header that is nonsense', post('{}', 'X-Forwarded-For: ,,[::,%\r\n'), 400],
  ['a path that is not decodable', post('{}', '', '/matchmake/%E0%A4%A/live'), 404],
  ['a path that is not there', get('/nothing'), 404],
  ['a path of two slashes', get('//['), 404],
  ['the root', get('/'), 404],
  ['the room’s name as a property', post('{}', '', '/matchmake/joinOrCreate/constructor'), 520],
  ['a method as a property', post('{}', '', '/matchmake/constructor/live'), 520],
  [
    'a token as a property',
    post('{"reconnectionToken":"constructor"}', '', '/matchmake/reconnect/constructor'),
    522,
  ],
  [
    'a token that is an object',
    post('{"reconnectionToken":{"a":1}}', '', '/matchmake/reconnect/x'),
    522,
  ],
  ['the prototype', post('{"__proto__":{"isAdmin":true},"broadcastId":"x"}'), 400],
  ['the constructor’s prototype', post('{"constructor":{"prototype":{"isAdmin":true}}}'), 400],
  ['null', post('null'), 400],
  ['a number', post('7'), 400],
  ['a list', post('[]'), 400],
  ['nothing', post(''), 400],
  ['no JSON', post('{{{'), 400],
  ['JSON eight thousand deep', post('['.repeat(8_000) + ']'.repeat(8_000)), 400],
  ['a large body', post(JSON.stringify({ broadcastId: 'x'.repeat(20_000) })), 413],
  [
    'a length beyond numbers',
    `POST ${matchmake} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n`,
    [400, 413],
  ],
  ['a negative length', `POST ${matchmake} HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n`, 400],
  ['no length', `POST ${matchmake} HTTP/1.1\r\nHost: x\r\n\r\n`, 411],
  [
    'chunks without end',
    `POST ${matchmake} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`,
    411,
  ],
  [
    'two lengths',
    `POST ${matchmake} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`,
    400,
  ],
  ['a form', post('a=b').replace('application/json', 'application/x-www-form-urlencoded'), 415],
  ['parts without a boundary', post('a=b').replace('application/json', 'multipart/form-data'), 415],
  ['headers without end', get('/health', `X: ${'a'.repeat(70_000)}\r\n`), 431],
  ...['PUT', 'DELETE', 'PATCH', 'HEAD', 'TRACE', 'PROPFIND'].map(
    (method) => [method, get(matchmake, '', method), 405] as const,
  ),
  ['CONNECT', get('x:1', '', 'CONNECT'), [0, 400, 505]],
  ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', [0, 400, 505]],
  ['options', get(matchmake, 'Origin: \xff\r\n', 'OPTIONS'), 204],
];

/** Requests that no client of ours makes. One of them used to be enough to end the process. */
export function describeHostileRequests(inWorld: InWorld): void {
  const givenUp = meanwhile(async () => {
    const world = await makeWorld(inWorld().mode, inWorld().onair);
    const bystanders = await startBystanders(world);
    const url = door(world);
    const slow = await Promise.all(Array.from({ length: 200 }, () => openRaw(url)));
    for (const [i, raw] of slow.entries()) {
      raw.send(
        i % 2 === 0 ? `POST ${matchmake} HTTP/1.1\r\nHost: x\r\nX: ` : post('{"a":1}').slice(0, -3),
      );
    }
    const drip = setInterval(() => {
      for (const raw of slow) if (!raw.ended()) raw.send('a');
    }, 4_000);
    await bystanders.check();
    await bystanders.leave();
    await until('they are given up', () => slow.every((raw) => raw.ended()), {
      timeoutMs: 45_000,
    });
    clearInterval(drip);
    for (const raw of slow) raw.destroy();
  });

  describe('a hostile request', () => {
    let bystanders: Bystanders;
    beforeEach(async () => {
      bystanders = await startBystanders(inWorld());
    });
    afterEach(() => bystanders.leave());

    it('is refused, whatever is wrong with it, and harms nobody', async () => {
      const url = door(inWorld());
      for (const [name, request, status] of requests) {
        const got = await rawStatus(url, Buffer.from(request, 'latin1'));
        expect([name, [status].flat()]).toEqual([name, expect.arrayContaining([got])]);
      }
      expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
      await bystanders.check();
    }, 120_000);

    it(
      'that comes a byte at a time is given up, and those that wait cost nobody a seat',
      givenUp,
      90_000,
    );
  });
}
