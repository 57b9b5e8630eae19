import type { Reader, Tx } from '../db/index.ts';
import type { SellerDocumentRow } from './entities.ts';
import type { SellersDeps } from './sellers-deps.ts';

/**
 * Makes these files the documents of an application; others that it had are forgotten.
 * @throws DomainError FILE_NOT_FOUND for another's, FILE_NOT_READY, FILE_WRONG_PURPOSE
 */
export async function replaceDocuments(
  { files }: SellersDeps,
  tx: Tx,
  { id: applicationId, userId: ownerId }: { readonly id: string; readonly userId: string },
  fileIds: readonly string[],
): Promise<void> {
  const before = await readDocuments(tx, applicationId);
  const purpose = 'business_document';
  await files.attachIn(
    tx,
    fileIds.map((fileId) => ({ fileId, ownerId, purpose })),
  );
  await tx.execute('DELETE FROM seller_documents WHERE applicationId = ?', [applicationId]);
  await tx.insert(
    'seller_documents',
    fileIds.map((fileId, position) => ({ applicationId, position, fileId })),
  );
  await files.discardIn(
    tx,
    before.filter((fileId) => !fileIds.includes(fileId)),
  );
}

/** Ids of the files that are an application's documents, in their order. */
export async function readDocuments(reader: Reader, applicationId: string): Promise<string[]> {
  const rows = await reader.rows<SellerDocumentRow>(
    'SELECT * FROM seller_documents WHERE applicationId = ? ORDER BY position',
    [applicationId],
  );
  return rows.map(({ fileId }) => fileId);
}
