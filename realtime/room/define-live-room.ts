import type { AuthContext } from '@colyseus/core';
import type { Admit } from '../admission/admission.ts';
import { toServerError } from '../admission/server-error.ts';
import type { Viewer } from '../viewer.ts';
import { LiveRoom, type LiveRoomDeps } from './live-room.ts';

export interface LiveRoomClassDeps extends LiveRoomDeps {
  readonly admit: Admit;
}

/** The room class of this process. The framework makes its rooms, so it carries what they need. */
export function defineLiveRoom(deps: LiveRoomClassDeps) {
  return class extends LiveRoom {
    constructor() {
      super(deps);
    }

    /**
     * Decides who comes in, before a seat is reserved.
     * @throws ServerError whose message is one of our error codes
     */
    static override async onAuth(
      _token: string,
      options: unknown,
      context: AuthContext,
    ): Promise<Viewer> {
      try {
        return await deps.admit(context.token, options);
      } catch (error) {
        const refusal = toServerError(error);
        if (refusal.message === 'INTERNAL') deps.log.error({ err: error }, 'admission failed');
        throw refusal;
      }
    }
  };
}
