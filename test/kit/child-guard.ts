import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Kills the process group of `pid` when this process ends, however it ends: an exit handler would
 * not run on SIGKILL, nor inside jest's copy of `process`.
 *
 * A shell reads from a pipe that only we hold; it meets the end of the pipe when we are gone. It
 * leads a group of its own, so that Ctrl-C in a terminal doesn't take it first.
 *
 * @returns lets go of the group; call it once its leader ended, before the id can be used anew.
 */
export function guard(pid: number): () => void {
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -s KILL -- "-$1"', 'guard', `${pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return () => {
    shell.kill('SIGKILL');
  };
}
