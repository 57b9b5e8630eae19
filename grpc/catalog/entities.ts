import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { humanText, idText, nullable, shortText, time, whole } from '../db/index.ts';
import type { MovementKind } from './stock-rules.ts';

export const productStatuses = ['on_sale', 'stopped'] as const;
export type ProductStatus = (typeof productStatuses)[number];

@Entity('products')
@Index('ix_products_seller', ['sellerId', 'id'])
export class ProductRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  sellerId: string;
  @Column(humanText(120))
  name: string;
  @Column({ type: 'text' })
  description: string;
  @Column(shortText(20))
  status: ProductStatus;
  /** Grows with every edit; an edit names the version it saw. */
  @Column(whole())
  version: number;
  @Column(time())
  createdAt: number;
}

@Entity('skus')
@Index('ix_skus_product', ['productId', 'position'])
export class SkuRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  productId: string;
  @Column(whole())
  position: number;
  /** Name of the variant; empty for the only one. */
  @Column(humanText(80))
  name: string;
  /** Won. */
  @Column(whole())
  price: number;
}

/** Counters of one SKU: received - adjustedOut = available + held + sold. */
@Entity('stock')
export class StockRow {
  @PrimaryColumn(idText())
  skuId: string;
  @Column(whole())
  received: number;
  @Column(whole())
  adjustedOut: number;
  @Column(whole())
  available: number;
  @Column(whole())
  held: number;
  @Column(whole())
  sold: number;
  /** Grows with every movement. */
  @Column(whole())
  version: number;
}

/** The journal that the counters can be rebuilt from. Rows are never changed. */
@Entity('stock_movements')
@Index('ix_stock_movements_sku', ['skuId', 'id'])
export class StockMovementRow {
  @PrimaryColumn(idText())
  id: string;
  @Column(idText())
  skuId: string;
  @Column(shortText(20))
  kind: MovementKind;
  @Column(whole())
  quantity: number;
  @Column(nullable(idText()))
  orderId: string | null;
  @Column(nullable(humanText(200)))
  reason: string | null;
  /** Who: a user id, or `system`. */
  @Column(shortText(60))
  actor: string;
  @Column(time())
  createdAt: number;
}

export const catalogEntities = [ProductRow, SkuRow, StockRow, StockMovementRow];
