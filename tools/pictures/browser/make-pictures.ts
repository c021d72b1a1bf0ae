import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { findBrowser } from "../find-browser.ts";
import {
  COLOR_SCHEMES,
  hash,
  MANIFEST_PATH,
  type ManifestEntry,
  PICTURES_FOLDER,
  pictureFile,
  renderPicture,
} from "../manifest.ts";
import { PICTURES, type PictureScene } from "../scenes.ts";
import { createViewer, launch, type Viewer } from "./page.ts";

/**
 * Runs the built action against the simulator, draws its job summaries and its comment as GitHub shows them, and
 * writes the pictures and their manifest to docs/pictures. Needs Chromium and a font for emoji.
 */

/** What a picture has around its content: the line above it, and the width of GitHub's column in CSS pixels. */
const FRAMES = {
  summary: { heading: "update summary", width: 1012 },
  comment: { heading: "github-actions commented", width: 860 },
} as const;

const path = findBrowser();
if (path === null) {
  process.stderr.write("There is no Chromium. On Debian: apt-get install chromium fonts-noto-color-emoji\n");
  process.exit(1);
}
await makePictures(await launch(path));

async function makePictures(browser: Browser): Promise<void> {
  mkdirSync(PICTURES_FOLDER, { recursive: true });
  const pages = await Promise.all(
    PICTURES.map(async (scene) => ({ scene, html: await renderPicture(scene) })),
  );
  const manifest: Record<string, ManifestEntry> = {};
  try {
    for (const scheme of COLOR_SCHEMES) {
      const viewer = await createViewer(browser, scheme);
      for (const { scene, html } of pages) {
        const png = await draw(viewer, scene, html);
        const file = pictureFile(scene, scheme);
        manifest[file] = { html: hash(html), png: hash(png) };
        writeFileSync(join(PICTURES_FOLDER, file), png);
        process.stdout.write(`docs/pictures/${file}: ${Math.ceil(png.length / 1000)} kB\n`);
      }
    }
  } finally {
    await browser.close();
  }
  for (const old of readdirSync(PICTURES_FOLDER).filter((file) => file.endsWith(".png"))) {
    if (!(old in manifest)) {
      rmSync(join(PICTURES_FOLDER, old));
    }
  }
  writeFileSync(MANIFEST_PATH, `${JSON.stringify(manifest, null, 2)}\n`);
}

/** A picture as PNG, with a palette, which makes it less than half as large. */
async function draw(viewer: Viewer, { shows }: PictureScene, html: string): Promise<Buffer> {
  const { default: sharp } = await import("sharp");
  const { page, close } = await viewer.open({ html, ...FRAMES[shows] });
  try {
    const png = await page.locator(".box").screenshot({ animations: "disabled" });
    return await sharp(png).png({ palette: true, dither: 0, effort: 10, compressionLevel: 9 }).toBuffer();
  } finally {
    await close();
  }
}
