import { describeOnSqlite } from '../../test/kit/databases.ts';
import { sealedPlaces } from './sealed-column.ts';

/** Sealed otherwise: under the key of TOKEN_PRIVATE_KEY. */
const elsewhere = ['signing_keys.sealedPrivateKey'];

describeOnSqlite('sealed columns', (open) => {
  it('are all declared as such, so that rotation finds them', async () => {
    const { source } = await open();
    const places = sealedPlaces(source).map(({ table, column }) => `${table}.${column}`);
    const named = source.entityMetadatas.flatMap(({ tableName, columns }) =>
      columns
        .map(({ databaseName }) => databaseName)
        .filter((name) => name.startsWith('sealed'))
        .map((name) => `${tableName}.${name}`),
    );
    expect(places).toEqual(expect.arrayContaining(['users.email', 'users.phone']));
    expect(named.filter((name) => !places.includes(name)).sort()).toEqual(elsewhere);
  });
});
