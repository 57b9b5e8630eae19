import { availableParallelism } from 'node:os';

/** Unit suites stand beside the code; whole-system suites stand in test/ and start real processes. */
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    {
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, useDefineForClassFields: false },
      },
      module: { type: 'es6' },
    },
  ],
};

const common = {
  testEnvironment: 'node',
  transform,
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/data'],
};

export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{common,grpc,realtime,api,workers,sandbox,proto,bench}/**/*.test.ts'],
    },
    { ...common, displayName: 'system', testMatch: ['<rootDir>/test/**/*.test.ts'] },
  ],
  // A folder that all suites of the run share, and the list of suites left out at its end.
  globalSetup: '<rootDir>/test/kit/run-setup.ts',
  globalTeardown: '<rootDir>/test/kit/run-teardown.ts',
  testSequencer: '<rootDir>/test/kit/sequencer.js',
  testTimeout: 120_000,
  // Suites wait for processes more than they compute, so that two get along on a small machine.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Modules that were loaded for a suite stay until its worker ends.
  workerIdleMemoryLimit: '1.5GB',
};
