import { Agent, request } from 'node:http';

/** Reads by HTTP on connections that stay open, as a proxy in front of a server does. */
export interface Asker {
  /** The text of the answer; throws unless it is a 200. */
  get(path: string, token: string): Promise<string>;
  close(): void;
}

export function createAsker(port: number, connections: number): Asker {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    get: (path, token) =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
        const asked = request({ agent, host: '127.0.0.1', port, path, headers }, (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.once('error', reject);
          answer.once('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            if (answer.statusCode === 200) resolve(text);
            else reject(new Error(`${path} answers ${answer.statusCode}: ${text}`));
          });
        });
        asked.once('error', reject);
        asked.end();
      }),
    close: () => agent.destroy(),
  };
}
