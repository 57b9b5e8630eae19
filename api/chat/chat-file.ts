import { Readable } from 'node:stream';
import type { Clients } from '../../common/rpc/clients.ts';
import {
  type ListMessagesResponse,
  type Message,
  MessageKind,
} from '../../proto/gen/onair/chat/v1/chat.ts';
import { byteOrderMark, csvLine } from './csv.ts';

/** Messages of one page; the file holds no more than a page or two of memory at a time. */
const pageSize = 2_000;
/** Korea keeps one offset all year. */
const kstOffsetMs = 9 * 3_600_000;

const headers = ['번호', '시각(KST)', '종류', '보낸 사람 ID', '이름', '내용'];

const kindNames: Readonly<Record<MessageKind, string>> = {
  [MessageKind.UNSPECIFIED]: '',
  [MessageKind.NORMAL]: '일반',
  [MessageKind.NOTICE]: '공지',
  [MessageKind.PURCHASE]: '구매',
  [MessageKind.SYSTEM]: '시스템',
  [MessageKind.REMOVED]: '삭제됨',
  [MessageKind.UNRECOGNIZED]: '',
};

/**
 * The chat of a broadcast as a CSV file, up to its newest message when the file was begun. Each page
 * is a call of its own, made when the reader is ready for it, so a long file outlives a replica.
 * @throws DomainError NOT_FOUND, PERMISSION_DENIED before the file begins; what fails later cuts it
 */
export async function openChatFile(
  chat: Pick<Clients['chat'], 'exportMessages'>,
  broadcastId: string,
): Promise<Readable> {
  const readAfter = (afterSeq: number) =>
    chat.exportMessages({ broadcastId, afterSeq, limit: pageSize });
  const first = await readAfter(0);
  return Readable.from(linesOf(first, readAfter), { objectMode: false });
}

async function* linesOf(
  first: ListMessagesResponse,
  readAfter: (afterSeq: number) => Promise<ListMessagesResponse>,
): AsyncGenerator<string> {
  const { lastSeq } = first;
  yield byteOrderMark + csvLine(headers);
  for (let page = first; ; ) {
    // What is said while the file is written would make a file of a live chat endless.
    const messages = page.messages.filter(({ seq }) => seq <= lastSeq);
    if (messages.length > 0) yield messages.map(lineOf).join('');
    const last = messages.at(-1);
    if (last === undefined || last.seq >= lastSeq) return;
    page = await readAfter(last.seq);
  }
}

function lineOf({ seq, sentAt, kind, userId, name, text }: Message): string {
  return csvLine([seq, koreanTime(sentAt), kindNames[kind], userId, name, text]);
}

/** `2026-01-01 09:00:00` in Korea, as spreadsheets know a time; empty for an absent one. */
export function koreanTime(time: Date | undefined): string {
  if (time === undefined) return '';
  const local = new Date(time.getTime() + kstOffsetMs).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)}`;
}
