import { newId } from '../../common/ids.ts';
import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { type HeldClock, holdClock } from '../../test/kit/held-clock.ts';
import type { Database } from '../db/index.ts';
import { readText } from './policy/reading.ts';
import { createWordLists, type WordLists } from './word-lists.ts';

describeOnBothDatabases('lists of banned words', (open) => {
  let db: Database;
  let clock: HeldClock;
  let lists: WordLists;
  let ownerId: string;

  beforeAll(async () => {
    db = await open();
  });
  beforeEach(async () => {
    clock = holdClock();
    lists = createWordLists(db.primary, clock);
    ownerId = newId('usr');
    await store(1, '짝퉁');
  });

  /** What another process does to the list. */
  function store(version: number, word: string): Promise<void> {
    return db.transaction(async (tx) => {
      await tx.execute('DELETE FROM chat_word_lists WHERE ownerId = ?', [ownerId]);
      await tx.insert('chat_word_lists', [{ ownerId, version, words: version }]);
      await tx.insert('chat_words', [
        {
          ...{ id: newId('wrd'), ownerId, formHash: String(version), word, action: 'refuse' },
          ...{ addedBy: ownerId, addedAt: version },
        },
      ]);
    });
  }

  const finds = (word: string) => lists.of(ownerId).find(readText(word).letters()) !== undefined;

  it('keep the words of one that was changed until it is loaded again', async () => {
    await lists.load([ownerId]);
    await store(2, '공구');
    lists.outdate(ownerId);
    expect([finds('짝퉁'), finds('공구')]).toEqual([true, false]);
    await lists.load([ownerId]);
    expect([finds('짝퉁'), finds('공구')]).toEqual([true, true]);
  });

  it.each(['for the first time', 'again'])(
    'are not taken as fresh from a look that began before the change, %s',
    async (when) => {
      if (when === 'again') await lists.load([ownerId]);
      clock.advance(2_000);
      const looking = lists.load([ownerId]);
      lists.outdate(ownerId);
      await looking;
      expect(finds('짝퉁')).toBe(true);
      await store(2, '공구');
      await lists.load([ownerId]);
      expect(finds('공구')).toBe(true);
    },
  );

  it('ask nothing while one is fresh', async () => {
    await lists.load([ownerId]);
    await store(2, '공구');
    clock.advance(1_999);
    await lists.load([ownerId]);
    expect(finds('공구')).toBe(false);
    clock.advance(1);
    await lists.load([ownerId]);
    expect(finds('공구')).toBe(true);
  });

  it('drop only those that nothing asked for in a minute, however many there are', async () => {
    const others = () => Array.from({ length: 1_100 }, () => newId('usr'));
    await lists.load([ownerId]);
    clock.advance(59_999);
    await lists.load(others());
    expect(finds('짝퉁')).toBe(true);
    clock.advance(1);
    await lists.load(others());
    expect(finds('짝퉁')).toBe(false);
  });
});
