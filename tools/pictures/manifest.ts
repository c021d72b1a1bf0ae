import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderHtml } from "../github-page/render-html.ts";
import { ROOT } from "../local-runner/run-action.ts";
import { runScene } from "./run-scene.ts";
import type { PictureScene } from "./scenes.ts";

/** The folder of the pictures. */
export const PICTURES_FOLDER = join(ROOT, "docs/pictures");

export const MANIFEST_PATH = join(PICTURES_FOLDER, "manifest.json");

/** The colour schemes of GitHub's pages. */
export const COLOR_SCHEMES = ["light", "dark"] as const;

export type ColorScheme = (typeof COLOR_SCHEMES)[number];

/** What a picture was made from, and which file it is: SHA-256 in hexadecimal. */
export interface ManifestEntry {
  readonly html: string;
  readonly png: string;
}

/** By the name of the file in the folder of the pictures. */
export type Manifest = Readonly<Record<string, ManifestEntry>>;

/** The name of a picture's file. */
export function pictureFile({ name }: PictureScene, scheme: ColorScheme): string {
  return `${name}-${scheme}.png`;
}

/** Runs a scene and renders what its picture shows. Needs no browser. */
export async function renderPicture(scene: PictureScene): Promise<string> {
  const written = await runScene(scene);
  return renderHtml(written[scene.shows], scene.shows);
}

/** The manifest as committed. */
export function readManifest(): Manifest {
  return JSON.parse(readFileSync(MANIFEST_PATH, "utf8")) as Manifest;
}

/** SHA-256, in hexadecimal. */
export function hash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
