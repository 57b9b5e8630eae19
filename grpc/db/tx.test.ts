import { describeOnBothDatabases } from '../../test/kit/databases.ts';
import { isConnectionLost, isDuplicateKey, isLockConflict } from './database-errors.ts';
import { noTables } from './fixtures/counters.ts';
import type { Database, Tx } from './index.ts';

interface Note {
  readonly id: string;
  readonly slug: string | null;
  readonly words: string;
  readonly amount: number;
}

const note = (id: string, more: Partial<Note> = {}) => ({
  id,
  slug: null,
  words: '',
  amount: 0,
  ...more,
});

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describeOnBothDatabases(
  'in a transaction',
  (open) => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
      await db.source.query(`CREATE TABLE notes (id VARCHAR(30) PRIMARY KEY,
        slug VARCHAR(10) UNIQUE, words TEXT NOT NULL, amount BIGINT NOT NULL)`);
    });
    beforeEach(() => db.transaction((tx) => tx.execute('DELETE FROM notes')));

    const all = () => db.primary.rows<Note>('SELECT * FROM notes ORDER BY id');
    const failureOf = (work: (tx: Tx) => Promise<unknown>) =>
      db.transaction(work).then(
        () => undefined,
        (error: unknown) => error,
      );

    describe('values', () => {
      it.each([
        ['plain text', 'hello'],
        ['quotes and backslashes', `it's "so" \\ \\' \\n -- /* ; %_ \``],
        ['question marks', 'what? who? ?'],
        ['line ends and tabs', 'a\r\nb\tc'],
        ['Korean', '라이브 방송'],
        ['emoji and rare characters', '🛍️👩🏽‍💻𠜎'],
        ['nothing', ''],
        ['spaces at its ends', '  x  '],
      ])('keep %s as it is', async (_what, words) => {
        await db.transaction((tx) => tx.insert('notes', [note('a', { words })]));
        expect(await all()).toEqual([note('a', { words })]);
        const found = await db.read.row('SELECT id FROM notes WHERE words = ?', [words]);
        expect(found).toEqual({ id: 'a' });
      });

      it.each([0, -1, 1_763_770_000_000, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
        'keep %d exactly',
        async (amount) => {
          await db.transaction((tx) => tx.insert('notes', [note('a', { amount })]));
          expect(await all()).toEqual([note('a', { amount })]);
          const found = await db.read.row('SELECT id FROM notes WHERE amount = ?', [amount]);
          expect(found).toEqual({ id: 'a' });
        },
      );

      it('can be null, also as the only parameter', async () => {
        await db.transaction((tx) => tx.insert('notes', [note('a', { slug: 'x' })]));
        await db.transaction((tx) => tx.execute('UPDATE notes SET slug = ?', [null]));
        expect(await all()).toEqual([note('a')]);
        const sql = 'SELECT id FROM notes WHERE COALESCE(?, slug) IS NULL';
        expect(await db.read.rows(sql, [null])).toEqual([{ id: 'a' }]);
      });

      it('come as numbers from sums, counts and maxima', async () => {
        await db.transaction((tx) =>
          tx.insert('notes', [note('a', { amount: 4_000_000_000 }), note('b', { amount: 5 })]),
        );
        const sql = 'SELECT SUM(amount) AS total, COUNT(*) AS many, MAX(amount) AS most FROM notes';
        expect(await db.read.row(sql)).toEqual({
          total: 4_000_000_005,
          many: 2,
          most: 4_000_000_000,
        });
      });
    });

    it('row answers the first row, or undefined', async () => {
      await db.transaction((tx) => tx.insert('notes', [note('a'), note('b')]));
      expect(await db.read.row('SELECT id FROM notes ORDER BY id')).toEqual({ id: 'a' });
      expect(await db.read.row('SELECT id FROM notes WHERE id = ?', ['c'])).toBeUndefined();
    });

    it('execute counts the rows it met, also those that it left as they were', async () => {
      await db.transaction((tx) => tx.insert('notes', [note('a'), note('b', { amount: 1 })]));
      const counts = await db.transaction(async (tx) => [
        await tx.execute('UPDATE notes SET amount = 0'),
        await tx.execute('UPDATE notes SET amount = 0'),
        await tx.execute(`UPDATE notes SET amount = 9 WHERE id = 'c'`),
        await tx.execute(`DELETE FROM notes WHERE id = 'a'`),
      ]);
      expect(counts).toEqual([2, 2, 0, 1]);
    });

    describe('insert', () => {
      it('takes more rows than the database takes parameters', async () => {
        const rows = range(10_000, 20_001).map((i) => note(`n${i}`, { amount: i }));
        await db.transaction((tx) => tx.insert('notes', rows));
        expect(await all()).toEqual(rows);
      });

      it('does nothing for no rows', async () => {
        await db.transaction((tx) => tx.insert('notes', []));
        expect(await all()).toEqual([]);
      });

      it('reads each row by column name, whatever their order', async () => {
        await db.transaction((tx) =>
          tx.insert('notes', [note('a'), { amount: 2, words: 'w', slug: 's', id: 'b' }]),
        );
        expect(await all()).toEqual([note('a'), note('b', { slug: 's', words: 'w', amount: 2 })]);
      });

      it('refuses a row that lacks a column of the first one', async () => {
        const error = await failureOf((tx) => tx.insert('notes', [note('a'), { id: 'b' }]));
        expect(String(error)).toMatch(/lacks slug/);
        expect(await all()).toEqual([]);
      });

      it('inserts all or nothing', async () => {
        const rows = range(0, 10_000).map((i) => note(`n${i}`));
        const error = await failureOf((tx) => tx.insert('notes', [...rows, note('n0')]));
        expect(isDuplicateKey(error)).toBe(true);
        expect(await all()).toEqual([]);
      });
    });

    describe('insertNew', () => {
      it('counts what was new, over all its statements', async () => {
        const rows = range(10_000, 20_000).map((i) => note(`n${i}`));
        const odd = rows.filter((_, i) => i % 2 === 1);
        const counts = await db.transaction(async (tx) => [
          await tx.insertNew('notes', odd),
          await tx.insertNew('notes', rows),
          await tx.insertNew('notes', rows),
          await tx.insertNew('notes', []),
        ]);
        expect(counts).toEqual([5_000, 5_000, 0, 0]);
        expect(await all()).toEqual(rows);
      });

      it('keeps the first of rows with the same key, primary or unique', async () => {
        const count = await db.transaction((tx) =>
          tx.insertNew('notes', [
            note('a', { slug: 'x', amount: 1 }),
            note('a', { slug: 'y', amount: 2 }),
            note('b', { slug: 'x', amount: 3 }),
            note('c', { slug: null }),
            note('d', { slug: null }),
          ]),
        );
        expect(count).toBe(3);
        expect(await all()).toEqual([
          note('a', { slug: 'x', amount: 1 }),
          note('c', { slug: null }),
          note('d', { slug: null }),
        ]);
      });

      it('refuses what insert refuses: only keys are a reason to leave a row out', async () => {
        for (const rows of [
          [{ ...note('a'), words: null }],
          [note('a'), { ...note('b'), words: null }],
        ]) {
          expect(await failureOf((tx) => tx.insertNew('notes', rows))).toBeDefined();
          expect(await all()).toEqual([]);
        }
      });

      it('refuses it also among statements that are asked for at once', async () => {
        const bad = { ...note('b'), words: null };
        const error = await failureOf((tx) =>
          Promise.all([
            tx.insert('notes', [note('a')]),
            tx.insertNew('notes', [note('c')]),
            tx.insertNew('notes', [bad]),
            tx.insert('notes', [note('d')]),
          ]),
        );
        expect(error).toBeDefined();
        expect(await all()).toEqual([]);
      });

      it('refuses text that MariaDB would have to cut', async () => {
        const slug = '12345678901';
        for (const rows of [[note('a', { slug })], [note('a'), note('b', { slug })]]) {
          const error = await failureOf((tx) => tx.insertNew('notes', rows));
          expect(error === undefined).toBe(db.read.dialect.name === 'sqlite');
          const stored = (await all()).filter((row) => row.slug !== null);
          expect(stored.every((row) => row.slug === slug)).toBe(true);
          await db.transaction((tx) => tx.execute('DELETE FROM notes'));
        }
      });
    });

    it('an upsert changes the row that has the key, from the values that were brought', async () => {
      const { upsert, inserted } = db.read.dialect;
      const add = (id: string, amount: number) =>
        db.transaction((tx) =>
          tx.execute(
            `INSERT INTO notes (id, words, amount) VALUES (?, '', ?)
             ${upsert(['id'], `amount = notes.amount + ${inserted('amount')}`)}`,
            [id, amount],
          ),
        );
      await add('a', 2);
      await add('a', 3);
      await add('b', 4);
      expect(await all()).toEqual([note('a', { amount: 5 }), note('b', { amount: 4 })]);
    });

    it('every way of locking is a statement that both databases take', async () => {
      await db.transaction((tx) => tx.insert('notes', [note('a')]));
      await db.transaction(async (tx) => {
        const { forUpdate, forShare, forUpdateSkipLocked } = tx.dialect;
        for (const lock of [forUpdate, forShare, forUpdateSkipLocked]) {
          expect(await tx.rows(`SELECT id FROM notes ORDER BY id LIMIT 1${lock}`)).toHaveLength(1);
        }
      });
    });

    describe('errors', () => {
      const once = note('a', { slug: 'x' });
      it.each<[string, boolean, (tx: Tx) => Promise<unknown>]>([
        ['a second row of a primary key', true, (tx) => tx.insert('notes', [note('a')])],
        [
          'a second row of a unique index',
          true,
          (tx) => tx.insert('notes', [note('b', { slug: 'x' })]),
        ],
        ['a null that may not be', false, (tx) => tx.insert('notes', [{ ...once, words: null }])],
        ['a table that is not there', false, (tx) => tx.execute('DELETE FROM nowhere')],
        ['a statement that is none', false, (tx) => tx.execute('DELETE notes NOW')],
      ])('%s: a duplicate key is %s', async (_what, expected, work) => {
        await db.transaction((tx) => tx.insert('notes', [once]));
        const error = await failureOf(work);
        expect(error).toBeInstanceOf(Error);
        expect(isDuplicateKey(error)).toBe(expected);
        expect([isLockConflict(error), isConnectionLost(error)]).toEqual([false, false]);
      });
    });
  },
  noTables,
);
