import { spawnSync } from "node:child_process";
import { runAsScript, type Script } from "../command-line.ts";
import { findBrowser } from "./find-browser.ts";

const SCRIPT: Script<"check" | "install"> = {
  command: "npm run pictures --",
  about: "Makes the pictures in docs/pictures from what the built action writes. Needs a browser.",
  options: {
    check: {
      about:
        "Makes none. Opens job summaries in a browser and checks them. Without a browser it says that they were left out, and exits with 0.",
    },
    install: { about: "If there is no browser, installs Debian's Chromium. Only root can." },
  },
  examples: ["npm run pictures", "npm run pictures -- --check"],
};

/** Debian's Chromium, and fonts with which it shows what most readers see. */
const DEBIAN_PACKAGES = ["chromium", "fonts-liberation", "fonts-noto-color-emoji"];

await runAsScript(SCRIPT, ({ has }) => runPictures(has("check"), has("install")));

/** @returns the exit status. */
function runPictures(check: boolean, install: boolean): number {
  if (install && findBrowser() === null) {
    installBrowser();
  }
  if (findBrowser() !== null) {
    return runScripts(check ? ["typecheck", "check"] : ["pictures"]);
  }
  if (check) {
    process.stdout.write("left out: no browser to open the job summaries in. They were not checked.\n");
    return 0;
  }
  throw new Error(`There is no Chromium. On Debian: apt-get install ${DEBIAN_PACKAGES.join(" ")}`);
}

/** Tries to install the browser. A failure shows when it is looked for again. */
function installBrowser(): void {
  if (process.getuid?.() !== 0) {
    return;
  }
  for (const words of [["update"], ["install", "--yes", "--no-install-recommends", ...DEBIAN_PACKAGES]]) {
    spawnSync("apt-get", ["-qq", ...words], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", "ignore", "inherit"],
      timeout: 600_000,
    });
  }
}

/**
 * Installs the packages and runs scripts of this package, up to the first that fails.
 *
 * @returns the exit status.
 */
function runScripts(scripts: readonly string[]): number {
  const commands = [
    ["ci", "--no-audit", "--no-fund", "--prefer-offline"],
    ...scripts.map((script) => ["run", "--silent", script]),
  ];
  for (const words of commands) {
    const { status } = spawnSync("npm", words, { cwd: import.meta.dirname, stdio: "inherit" });
    if (status !== 0) {
      return 1;
    }
  }
  return 0;
}
