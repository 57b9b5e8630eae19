import type { Child, Exit } from './child.ts';
import { removeTempDir } from './temp-dir.ts';

/** A started server: its address stays the same over crashes and restarts. */
export interface Server {
  /** Of the running process; another one after `restart()`. */
  readonly pid: number;
  /** SIGKILL: a crash. Its folder stays as the crash left it. */
  kill(): Promise<Exit>;
  /** Starts on the same folder and port, after an orderly end where it still runs. */
  restart(): Promise<void>;
  /** Ends it at once, and removes its folder. */
  stop(): Promise<void>;
}

/**
 * @param start answers when the server serves; called again for each restart.
 */
export async function startServer(dir: string, start: () => Promise<Child>): Promise<Server> {
  let child = await start();
  return {
    get pid() {
      return child.pid;
    },
    kill: () => child.kill(),
    async restart() {
      await child.stop();
      child = await start();
    },
    async stop() {
      await child.kill();
      await removeTempDir(dir);
    },
  };
}
