import { InvalidArgument } from '../../../common/errors/index.ts';

/** Who may speak: everyone who is logged in, followers of the seller, or for now nobody. */
export const chatModes = ['everyone', 'followers', 'frozen'] as const;
export type ChatMode = (typeof chatModes)[number];

/** What becomes of a message with a link. */
export const linkPolicies = ['refuse', 'hold', 'allow'] as const;
export type LinkPolicy = (typeof linkPolicies)[number];

/** Whose messages wait for the host's approval. */
export const holdPolicies = ['nobody', 'doubtful', 'everyone'] as const;
export type HoldPolicy = (typeof holdPolicies)[number];

/** The rules of one broadcast's chat that its host can set. The host and moderators are exempt. */
export interface ChatSettings {
  readonly mode: ChatMode;
  /** Seconds between two messages of one viewer; 0 means that slow mode is off. */
  readonly slowModeSeconds: number;
  readonly linkPolicy: LinkPolicy;
  readonly holdPolicy: HoldPolicy;
  /** How often a viewer may say nearly the same within `repeatSeconds`; 0 means as often as wanted. */
  readonly repeatLimit: number;
  readonly repeatSeconds: number;
  /** Messages of one viewer in `floodSeconds`; 0 means any number. */
  readonly floodMessages: number;
  readonly floodSeconds: number;
  /** Messages of all viewers together in a second, over all rooms; 0 means any number. */
  readonly roomMessagesPerSecond: number;
}

/**
 * What holds where a seller has set nothing: people who chat fast in the heat of a sale never meet
 * a limit, a script does soon.
 */
export const defaultSettings: ChatSettings = {
  mode: 'everyone',
  slowModeSeconds: 0,
  linkPolicy: 'refuse',
  holdPolicy: 'doubtful',
  repeatLimit: 3,
  repeatSeconds: 30,
  floodMessages: 100,
  floodSeconds: 10,
  roomMessagesPerSecond: 1_000,
};

/** Least and most of each number. */
export const settingBounds = {
  slowModeSeconds: [0, 600],
  repeatLimit: [0, 10],
  repeatSeconds: [1, 600],
  floodMessages: [0, 100],
  floodSeconds: [1, 60],
  roomMessagesPerSecond: [0, 10_000],
} as const satisfies Partial<Record<keyof ChatSettings, readonly [number, number]>>;

/** What of the settings is to change. */
export type SettingsChange = { readonly [K in keyof ChatSettings]?: ChatSettings[K] | undefined };

/** The settings after a change. @throws InvalidArgument when nothing is to change */
export function changeSettings(before: ChatSettings, change: SettingsChange): ChatSettings {
  const given = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  );
  if (Object.keys(given).length === 0) throw new InvalidArgument('nothing is to change');
  return { ...before, ...given };
}

/** What the seller's next broadcast begins with: a freeze belongs to the moment it was meant for. */
export function toInherit(settings: ChatSettings): ChatSettings {
  return settings.mode === 'frozen' ? { ...settings, mode: 'everyone' } : settings;
}
