import { routes } from '../context.ts';
import { page } from '../page.ts';
import { catalogSpec } from '../spec/catalog.ts';

/** Products, their SKUs, and stock. */
export const catalogRoutes = routes(catalogSpec, {
  createProduct: ({ body }, { clients, idempotencyKey }) =>
    clients.catalog.createProduct({ ...body, requestId: idempotencyKey }),

  updateProduct: ({ params, body }, { clients, idempotencyKey }) =>
    clients.catalog.updateProduct({ ...params, ...body, requestId: idempotencyKey }),

  getProduct: ({ params }, { clients }) => clients.catalog.getProduct(params),

  async listProducts({ query }, { clients }) {
    const { products, nextPageToken } = await clients.catalog.listProducts(query);
    return page(products, nextPageToken);
  },

  adjustStock: ({ params, body }, { clients, idempotencyKey }) =>
    clients.catalog.adjustStock({ ...params, ...body, requestId: idempotencyKey }),

  async listStockMovements({ params, query }, { clients }) {
    const { movements, nextPageToken } = await clients.catalog.listStockMovements({
      ...params,
      ...query,
    });
    return page(movements, nextPageToken);
  },
});
