import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { DomainError } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import { problemType, toProblem } from './problem.ts';

const statusByCode: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Answers bytes that aren't HTTP, or never became a whole request, and hangs up. */
export function refuseUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const status = statusByCode[error.code ?? ''] ?? 400;
  const refusal = new DomainError('MALFORMED_REQUEST', 'the request cannot be read');
  const problem = { ...toProblem(refusal, 'ko', newId('req')), status };
  const body = Buffer.from(JSON.stringify(problem));
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n` +
        `content-type: ${problemType}\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    socket.write(body);
  }
  socket.destroy(error);
}
