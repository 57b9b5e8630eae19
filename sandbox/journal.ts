import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { z } from 'zod';

/** A file of JSON lines that a stand-in keeps its memory in. */
export interface Journal<Entry> {
  /**
   * Writes entries in one piece. They outlive the process once this returns, also when it is
   * killed; a power cut may take the last ones.
   */
  append(entries: readonly Entry[]): void;
  close(): void;
}

/** A journal and what it held when it was opened, oldest first. */
export interface OpenedJournal<Entry> {
  readonly entries: readonly Entry[];
  /** Replaces everything with these entries: what is left when the past is summed up. */
  compact(entries: readonly Entry[]): Journal<Entry>;
}

/**
 * Reads a journal, making its folder if it is not there. A last line that was cut short by a crash
 * is left out: nobody was answered by it.
 * @throws Error when a line in the middle is not what `schema` says
 */
export function openJournal<Entry>(file: string, schema: z.ZodType<Entry>): OpenedJournal<Entry> {
  mkdirSync(dirname(file), { recursive: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const complete = lines.slice(0, -1).filter((line) => line !== '');
  return {
    entries: complete.map((line) => schema.parse(JSON.parse(line))),
    compact(entries) {
      const next = `${file}.next`;
      writeFileSync(next, toLines(entries));
      renameSync(next, file);
      const descriptor = openSync(file, 'a');
      let isOpen = true;
      return {
        append(more) {
          // The number of a closed file may by now be another file's.
          if (!isOpen) throw new Error(`${file} is closed`);
          writeSync(descriptor, toLines(more));
        },
        close() {
          isOpen = false;
          closeSync(descriptor);
        },
      };
    },
  };
}

function toLines(entries: readonly unknown[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}
