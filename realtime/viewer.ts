/**
 * Who sits in a room: a person, or a guest who may only watch. It carries no `sessionId`: rooms
 * would take that for the id of the seat, and two tabs of one login would be one viewer.
 */
export type Viewer =
  | { readonly kind: 'guest' }
  | { readonly kind: 'user'; readonly userId: string; readonly name: string };
