/** @type {import("jest").Config["projects"]} */
const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "<rootDir>/__tests__/support/strip-types.mjs" },
};

const isProperty = "\\.property\\.test\\.ts$";

/** @type {import("jest").Config} */
const config = {
  // A machine with two cores gets one worker by default, which mostly waits for the processes it has started.
  maxWorkers: "100%",
  // Enough for a machine that is busy with other work; nothing sleeps for that long.
  testTimeout: 600_000,
  projects: [
    {
      ...shared,
      testMatch: ["<rootDir>/__tests__/unit/**/*.test.ts"],
      testPathIgnorePatterns: [isProperty],
    },
    {
      ...shared,
      testMatch: ["<rootDir>/__tests__/e2e/**/*.test.ts", "<rootDir>/__tests__/**/*.property.test.ts"],
      // Coverage is that of the unit tests alone: counting would slow these by a fifth, and a line that they pass is
      // not a decision that they check.
      coveragePathIgnorePatterns: [""],
    },
  ],
  collectCoverageFrom: ["src/**/*.ts"],
  coverageDirectory: "coverage",
  coverageThreshold: { global: { lines: 95, branches: 95 } },
};

// biome-ignore lint/style/noDefaultExport: jest reads its configuration from a default export.
export default config;
