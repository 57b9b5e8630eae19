import { z } from 'zod';
import type { Vault } from '../vault/index.ts';

const schema = z.object({
  representative: z.string(),
  /** As 2024-03-02. */
  openedOn: z.string(),
  address: z.string(),
  /** E.164. */
  phone: z.string(),
  email: z.string(),
});

/** What is personal of a business: of a sole trader it is their name and often their home. */
export type Details = z.output<typeof schema>;

/** For the column sealedDetails of that application. */
export function sealDetails(vault: Vault, applicationId: string, details: Details): string {
  return vault.seal(JSON.stringify(details), cellOf(applicationId));
}

/** What is sealed in applications, in the order given. */
export async function openDetails(
  vault: Vault,
  rows: readonly { readonly id: string; readonly sealedDetails: string }[],
): Promise<Details[]> {
  await vault.ready(...rows.map((row) => row.sealedDetails));
  return rows.map(({ id, sealedDetails }) =>
    schema.parse(JSON.parse(vault.open(sealedDetails, cellOf(id)))),
  );
}

function cellOf(id: string) {
  return { table: 'seller_applications', column: 'sealedDetails', id };
}
