import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findLeaks, leaksIn } from './log-check.ts';
import { makeTempDir } from './temp-dir.ts';

it.each([
  ['an e-mail', 'mail to someone@example.com failed'],
  ['an e-mail', '{"to":"Hong.Gildong+x@shop.co.kr"}'],
  ['a phone number', '{"phone":"+821012345678"}'],
  ['a phone number', 'called 010-1234-5678'],
  ['a password', '{"password":"correct horse battery"}'],
  ['a password', '{"hash":"$argon2id$v=19$m=1024"}'],
  ['an access token', 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c3IifQ.c2lnbmF0dXJl'],
  ['a credential', '{"authorization":"Bearer abcdefghijklmnop"}'],
  ['a private key', '-----BEGIN PRIVATE KEY-----'],
  ['a card number', '{"card":"4330123412341234"}'],
  ['a key of a provider', 'test_sk_sandbox'],
])('%s in a log is found, and not told again', (kind, line) => {
  const [leak, ...more] = findLeaks(`{"msg":"fine"}\n${line}\n`);
  expect(more).toEqual([]);
  expect(leak).toMatch(new RegExp(`^${kind}: .*<\\.\\.\\.>`));
});

it('a secret of the run is found, whatever it looks like', () => {
  expect(findLeaks('x hunter2 y', ['hunter2'])).toEqual(['a secret of this run: x <...> y']);
});

it('every log under a folder is looked through, and nothing else', () => {
  const dir = makeTempDir('logs');
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'data', 'onair.log'), 'for someone@example.com\n');
  writeFileSync(join(dir, 'grpc-1.log'), 'with hunter2\n');
  writeFileSync(join(dir, 'onair.db'), 'of someone@example.com\n');
  expect(leaksIn(dir, ['hunter2']).sort()).toEqual([
    'data/onair.log: an e-mail: for <...>',
    'grpc-1.log: a secret of this run: with <...>',
  ]);
  rmSync(dir, { recursive: true });
});

it('what is nobody’s is no leak', () => {
  const log = [
    '{"level":30,"time":"2026-01-01T00:00:00.000Z","pid":10123,"ms":1012.3,"port":41012}',
    'at file:///node_modules/@colyseus/core/build/index.mjs:10:11',
    '  admin      admin@onair.local  (password set before)',
    '{"userId":"usr_01K8ABCDEFGHJKMNPQRSTVWXYZ","masterKeyId":"file:0123456789abcdef"}',
  ].join('\n');
  expect(findLeaks(log)).toEqual([]);
});
