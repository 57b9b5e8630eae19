import { routes } from '../context.ts';
import { filesSpec } from '../spec/files.ts';

/** Files that people upload. */
export const filesRoutes = routes(filesSpec, {
  getTextureUploadUrl: ({ body }, { clients, idempotencyKey }) =>
    clients.files.getTextureUploadUrl({ ...body, requestId: idempotencyKey }),

  createUpload: ({ body }, { clients, idempotencyKey }) =>
    clients.files.createUpload({ ...body, requestId: idempotencyKey }),

  completeUpload: ({ params }, { clients }) => clients.files.completeUpload(params),

  getFile: ({ params, query }, { clients }) => clients.files.getFile({ ...params, ...query }),
});
