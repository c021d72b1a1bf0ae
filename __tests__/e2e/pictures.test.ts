import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { renderHtml, toHtml } from "../../tools/github-page/render-html.ts";
import { ROOT } from "../../tools/local-runner/run-action.ts";
import {
  COLOR_SCHEMES,
  hash,
  PICTURES_FOLDER,
  pictureFile,
  readManifest,
  renderPicture,
} from "../../tools/pictures/manifest.ts";
import { HOSTILE, PLAIN } from "../../tools/pictures/outside-text.ts";
import { runScene } from "../../tools/pictures/run-scene.ts";
import { createOutsideScene, PICTURES } from "../../tools/pictures/scenes.ts";

/** The largest picture, in bytes. */
const MAX_PICTURE_BYTES = 150_000;

describe("the pictures in docs/pictures", () => {
  it.each(PICTURES)("$name shows what the action writes now", async (scene) => {
    const html = hash(await renderPicture(scene));
    const manifest = readManifest();
    const stale = COLOR_SCHEMES.map((scheme) => pictureFile(scene, scheme)).filter(
      (file) => manifest[file]?.html !== html,
    );
    if (stale.length > 0) {
      throw new Error(`${stale.join(" and ")} show what the action wrote earlier. Run "npm run pictures".`);
    }
  });

  it("are the files that were made with the manifest, and are small", () => {
    const files = PICTURES.flatMap((scene) => COLOR_SCHEMES.map((scheme) => pictureFile(scene, scheme)));
    expect(readdirSync(PICTURES_FOLDER).toSorted()).toEqual([...files, "manifest.json"].toSorted());
    const pictures = files.map((file) => [file, readFileSync(join(PICTURES_FOLDER, file))] as const);
    expect(Object.fromEntries(pictures.map(([file, png]) => [file, hash(png)]))).toEqual(
      Object.fromEntries(Object.entries(readManifest()).map(([file, { png }]) => [file, png])),
    );
    expect(pictures.filter(([, png]) => png.length > MAX_PICTURE_BYTES).map(([file]) => file)).toEqual([]);
  });

  it("are all there that the README shows", () => {
    const shown = readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/docs\/pictures\/([\w.-]+)/g);
    expect([...shown].map(([, file = ""]) => file).filter((file) => !(file in readManifest()))).toEqual([]);
  });

  it("are not in the archive that a runner downloads, nor is what makes them", () => {
    const attributes = execFileSync("git", ["check-attr", "export-ignore", "docs/pictures", "tools"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(attributes).toBe("docs/pictures: export-ignore: set\ntools: export-ignore: set\n");
  });
});

describe("text from outside", () => {
  /** The tags of a page, with their attributes. Addresses of tasks differ. */
  const tagsOf = (html: string) =>
    (html.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/(?<=href=")https:\/\/github\.com\/[^"]*/, ""));

  it("adds no element and no link to summary and comment, whether or not GitHub filters the HTML", async () => {
    const [hostile, plain] = await Promise.all(
      [HOSTILE, PLAIN].map((texts) => runScene(createOutsideScene("outside", texts).scene)),
    );
    for (const shows of ["summary", "comment"] as const) {
      for (const render of [toHtml, renderHtml]) {
        const tags = tagsOf(render(hostile?.[shows] ?? "", shows));
        expect(tags).toEqual(tagsOf(render(plain?.[shows] ?? "", shows)));
        expect(tags.length).toBeGreaterThan(100);
      }
    }
  });
});

describe("npm run pictures", () => {
  /** Runs the script where only these commands exist. */
  const runWith = (commands: Readonly<Record<string, string>>, words: readonly string[]) => {
    const folder = mkdtempSync(join(tmpdir(), "pictures-"));
    try {
      for (const [name, script] of Object.entries(commands)) {
        writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
        chmodSync(join(folder, name), 0o755);
      }
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(ROOT, "tools/pictures/main.ts"), ...words],
        { env: { PATH: folder }, encoding: "utf8" },
      );
      return { status, stdout, stderr };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  const BROWSER = { chromium: "echo Chromium 1" };

  it.each([[["--check"]], [["--check", "--install"]]])(
    "says that %j was left out where there is no browser, and does not fail",
    (words) => {
      const broken = { chromium: "echo 'install it with snap'; exit 1", "apt-get": "exit 1" };
      for (const commands of [{}, broken]) {
        const { status, stdout } = runWith(commands, words);
        expect(stdout).toMatch(/^left out: no browser .+\n$/);
        expect(status).toBe(0);
      }
    },
  );

  it("fails where the check fails", () => {
    const npm = `echo "$@"; [ "$1" = ci ] || [ "$3" != check ]`;
    const { status, stdout } = runWith({ ...BROWSER, npm }, ["--check"]);
    expect(stdout.trim().split("\n")).toEqual([
      "ci --no-audit --no-fund --prefer-offline",
      "run --silent typecheck",
      "run --silent check",
    ]);
    expect(status).toBe(1);
  });

  it("fails where the packages cannot be installed, and where there is no browser for the pictures", () => {
    expect(runWith({ ...BROWSER, npm: "exit 1" }, ["--check"]).status).toBe(1);
    expect(runWith({}, []).status).toBe(1);
  });
});
