import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi/document.ts';

/** What the docs page may load: its own files, and the inline styles that Swagger UI writes. */
const docsPolicy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
};

/** `/openapi.json`, the docs page at `/docs`, and the way there from `/`. */
export async function addDocs(app: FastifyInstance): Promise<void> {
  const document = openApiDocument();
  const json = JSON.stringify(document);
  // The page wants the swagger plugin, whose types stop at OpenAPI 3.0; so it holds an empty
  // document and the page is given ours.
  const { openapi, info } = document;
  await app.register(swagger, {
    mode: 'static',
    specification: { document: { openapi, info: { ...info }, paths: {} } },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: docsPolicy,
    transformSpecification: () => ({ ...document }),
    transformSpecificationClone: false,
    uiConfig: { docExpansion: 'list', deepLinking: true, displayOperationId: true },
    theme: { title: 'Onair API' },
  });
  app.get('/openapi.json', async (_, reply) =>
    reply.header('cache-control', 'public, max-age=60').type('application/json').send(json),
  );
  app.get('/', async (_, reply) => reply.redirect('/docs'));
}
