/** What a message is; see MessageKind in chat.proto. */
export const messageKinds = ['normal', 'notice', 'purchase', 'system', 'removed'] as const;
export type MessageKind = (typeof messageKinds)[number];
