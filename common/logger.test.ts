import { serializeError } from './logger.ts';

it('an error of the database is logged without the values of its statement', () => {
  const values = { parameters: ['a@example.com'], sql: "... 'a@example.com'", code: 'ER_X' };
  const error = Object.assign(new Error('it failed'), { ...values, query: 'SELECT ?' });
  const logged = serializeError(Object.assign(error, { driverError: { sql: values.sql } }));
  expect(logged).toMatchObject({ message: 'it failed', code: 'ER_X', query: 'SELECT ?' });
  expect(JSON.stringify(logged)).not.toContain('example.com');
});
