/**
 * Who sits in a room: a person, or a guest who may only watch. It carries no `sessionId`: rooms
 * would take that for the id of the seat, and two tabs of one login would be one viewer.
 */
export type Viewer = (
  | {
      readonly kind: 'guest';
      /** The room that they were in and whose process is gone, where seats are not limited. */
      readonly cameFrom?: string;
    }
  | {
      readonly kind: 'user';
      readonly userId: string;
      readonly name: string;
      /** The session of their access token; when it ends, the connection is closed. */
      readonly loginId: string;
      /** What they are in this broadcast; follows the news while they are inside. */
      readonly role: UserRole;
    }
) & {
  /** Where seats are limited: by what name theirs was granted. */
  readonly seat?: string;
};

/** What a person is in a broadcast. */
export type UserRole = 'host' | 'moderator' | 'viewer';
