/** @type {import("jest").Config} */
const config = {
  rootDir: ".",
  testEnvironment: "node",
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  // A machine with two cores gets one worker by default, which mostly waits for the processes it has started.
  maxWorkers: "100%",
  // Enough for a machine that is busy with other work; nothing sleeps for that long.
  testTimeout: 600_000,
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/__tests__/support/strip-types.mjs" },
  collectCoverageFrom: ["src/**/*.ts"],
  coverageDirectory: "coverage",
  coverageThreshold: { global: { lines: 95, branches: 95 } },
};

// biome-ignore lint/style/noDefaultExport: jest reads its configuration from a default export.
export default config;
