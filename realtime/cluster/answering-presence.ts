import { RedisPresence } from '@colyseus/redis-presence';

/** What the framework's answers between processes begin with when something went wrong. */
const failed = 1;
/** The words in which it tells that nobody answered in time, and acts on that. */
const timedOut = 'ipc_timeout';

/**
 * Calls between processes that nobody hears are answered at once. The framework waits two seconds
 * for an answer of a process that was killed, which is where its viewers ask first when they come
 * back; but Redis says how many heard a message.
 */
export class AnsweringPresence extends RedisPresence {
  override async publish(topic: string, data: unknown): Promise<void> {
    const heardBy = await this.pub.publish(topic, JSON.stringify(data ?? false));
    if (heardBy > 0 || !Array.isArray(data)) return;
    const [method, requestId]: readonly unknown[] = data;
    // A call is a method, the number to answer under, and arguments; an answer is a code and a value.
    const isCall = data.length === 3 && typeof requestId === 'string' && typeof method !== 'number';
    if (isCall) this.subscriptions.emit(`ipc:${requestId}`, [failed, timedOut]);
  }

  /** Says goodbye to Redis; one that goes away before it answers harms nobody who ends anyway. */
  override shutdown(): void {
    for (const connection of [this.sub, this.pub]) {
      connection.quit().catch(() => undefined);
    }
  }
}
