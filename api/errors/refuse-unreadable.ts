import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { DomainError, type ErrorCode, textFor } from '../../common/errors/index.ts';
import { newId } from '../../common/ids.ts';
import { problemType, toProblem } from './problem.ts';

const codeByParserCode: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
};

/** Answers bytes that aren't HTTP, or never became a whole request, and hangs up. */
export function refuseUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const code = codeByParserCode[error.code ?? ''] ?? 'MALFORMED_REQUEST';
  const refusal = new DomainError(code, textFor(code, 'en'));
  const problem = toProblem(refusal, 'ko', newId('req'));
  const { status } = problem;
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
