import { createClient } from 'redis';

/** What a Redis server did since it started. */
export interface RedisTraffic {
  readonly commands: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export async function redisTraffic(url: string): Promise<RedisTraffic> {
  const client = createClient({ url });
  await client.connect();
  try {
    const info = await client.info('stats');
    const count = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
    return {
      commands: count('total_commands_processed'),
      bytesIn: count('total_net_input_bytes'),
      bytesOut: count('total_net_output_bytes'),
    };
  } finally {
    client.destroy();
  }
}
