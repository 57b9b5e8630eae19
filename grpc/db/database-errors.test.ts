import { QueryFailedError } from 'typeorm';
import { DomainError, InvalidState } from '../../common/errors/index.ts';
import {
  DatabaseAway,
  isConnectionLost,
  isDuplicateKey,
  isLockConflict,
  isLockTimeout,
  RowsBusy,
  toRefusal,
} from './database-errors.ts';

const driverError = (facts: object) => Object.assign(new Error('from the driver'), facts);

/** What the drivers say, and which of the questions it answers with yes. */
const cases: [string, unknown, string[]][] = [
  ['a deadlock', driverError({ errno: 1213, code: 'ER_LOCK_DEADLOCK' }), ['conflict']],
  ['a changed snapshot', driverError({ errno: 1020, code: 'ER_CHECKREAD' }), ['conflict']],
  ['a busy file', driverError({ code: 'SQLITE_BUSY' }), ['conflict']],
  ['a busy snapshot', driverError({ code: 'SQLITE_BUSY_SNAPSHOT' }), ['conflict']],
  ['a locked table', driverError({ code: 'SQLITE_LOCKED' }), ['conflict']],
  ['a lock not given', driverError({ errno: 1205, code: 'ER_LOCK_WAIT_TIMEOUT' }), ['timeout']],
  ['a duplicate', driverError({ errno: 1062, code: 'ER_DUP_ENTRY' }), ['duplicate']],
  [
    'a duplicate in SQLite',
    driverError({
      code: 'SQLITE_CONSTRAINT_PRIMARYKEY',
      message: 'UNIQUE constraint failed: t.id',
    }),
    ['duplicate'],
  ],
  [
    'another constraint of SQLite',
    driverError({ code: 'SQLITE_CONSTRAINT_NOTNULL', message: 'NOT NULL constraint failed' }),
    [],
  ],
  ['a lost connection', driverError({ code: 'PROTOCOL_CONNECTION_LOST' }), ['lost']],
  ['a refused connection', driverError({ code: 'ECONNREFUSED', errno: -111 }), ['lost']],
  ['a name that is not known', driverError({ code: 'ENOTFOUND' }), ['lost']],
  ['too many connections', driverError({ errno: 1040, code: 'ER_CON_COUNT_ERROR' }), ['lost']],
  ['a shutdown', driverError({ errno: 1053, code: 'ER_SERVER_SHUTDOWN' }), ['lost']],
  ['a killed connection', driverError({ errno: 1927, code: 'UNKNOWN' }), ['lost']],
  [
    'a closed connection',
    new Error("Can't add new command when connection is in closed state"),
    ['lost'],
  ],
  ['a closed pool', new Error('Pool is closed.'), ['lost']],
  ['an error of syntax', driverError({ errno: 1064, code: 'ER_PARSE_ERROR' }), []],
  ['an interrupted query', driverError({ errno: 1317, code: 'ER_QUERY_INTERRUPTED' }), []],
  ['a refusal of ours', new DomainError('UNAVAILABLE', 'the provider is away'), []],
  [
    'a refusal that reads like it',
    new InvalidState('pool', 'closed', 'the pool is closed: it is in closed state'),
    [],
  ],
  ['no error at all', undefined, []],
  ['a text', 'ECONNREFUSED', []],
];

describe('what a database error means', () => {
  const questions = {
    conflict: isLockConflict,
    timeout: isLockTimeout,
    duplicate: isDuplicateKey,
    lost: isConnectionLost,
  };
  const answers = (error: unknown) =>
    Object.entries(questions)
      .filter(([, ask]) => ask(error))
      .map(([name]) => name);

  it.each(cases)('%s', (_what, error, expected) => {
    expect(answers(error)).toEqual(expected);
    const wrapped = error instanceof Error ? new QueryFailedError('SELECT 1', [], error) : error;
    expect(answers(wrapped)).toEqual(expected);
  });

  it.each(cases)('and what callers hear: %s', (_what, error, [meaning]) => {
    const told = toRefusal(error);
    if (meaning === undefined || meaning === 'duplicate') {
      expect(told).toBe(error);
      return;
    }
    expect(told).toBeInstanceOf(meaning === 'lost' ? DatabaseAway : RowsBusy);
    expect(told).toMatchObject({ code: 'UNAVAILABLE', cause: error });
  });
});
