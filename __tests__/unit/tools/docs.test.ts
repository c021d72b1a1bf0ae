import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { lexer, type Token, walkTokens } from "marked";
import { parse } from "yaml";
import { ROOT } from "../../../tools/local-runner/run-action.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** The Markdown files that are committed, or about to be. */
const DOCUMENTS = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.md"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "" && existsSync(join(ROOT, path)));

const SOURCES = globSync("src/**/*.ts", { cwd: ROOT });

function tokensOf(path: string): Token[] {
  const tokens: Token[] = [];
  void walkTokens(lexer(read(path)), (token) => {
    tokens.push(token);
  });
  return tokens;
}

/** The text of each heading, in order. Code in it loses its backticks. */
function headingsOf(path: string): string[] {
  return tokensOf(path).flatMap((token) =>
    token.type === "heading" ? [token.text.replaceAll("`", "")] : [],
  );
}

/** The anchors of a document. Source: how GitHub makes them from headings; a repeated one gets a number. */
function anchorsOf(path: string): string[] {
  const seen = new Map<string, number>();
  return headingsOf(path).map((heading) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** The addresses in a document, those in its HTML too. */
function linksOf(path: string): string[] {
  return tokensOf(path).flatMap((token) => {
    if (token.type === "link" || token.type === "image") {
      return [String(token.href)];
    }
    return token.type === "html"
      ? [...token.text.matchAll(/(?:href|src|srcset)="([^"]+)"/g)].map(([, url = ""]) => url)
      : [];
  });
}

/** What is wrong with a link of a document; null: nothing. */
function findFault(document: string, link: string): string | null {
  if (/^(?:https?|mailto):/.test(link)) {
    return null;
  }
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? document : relative(ROOT, join(ROOT, dirname(document), decodeURI(path)));
  if (!existsSync(join(ROOT, target))) {
    return `${document}: ${link}: no such file`;
  }
  return anchor === undefined || anchorsOf(target).includes(anchor)
    ? null
    : `${document}: ${link}: no such heading`;
}

describe("the documents", () => {
  it("have links that lead somewhere", () => {
    const links = DOCUMENTS.flatMap((document) => linksOf(document).map((link) => [document, link] as const));
    expect(links.length).toBeGreaterThan(100);
    expect(links.flatMap(([document, link]) => findFault(document, link) ?? [])).toEqual([]);
  });

  it("are all in the index of docs/", () => {
    const linked = linksOf("docs/README.md").map((link) => join("docs", link));
    const pages = DOCUMENTS.filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== "docs/README.md");
    const examples = globSync("docs/examples/*.yml", { cwd: ROOT });
    expect([...pages, ...examples].filter((path) => !linked.includes(path))).toEqual([]);
  });

  it("keep the README short", () => {
    const readme = read("README.md");
    expect(readme.split(/\s+/).filter((word) => word !== "").length).toBeLessThanOrEqual(2500);
    expect(statSync(join(ROOT, "README.md")).size).toBeLessThanOrEqual(18_000);
    const recipes = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```/gm)]
      .slice(1)
      .map(([, yaml = ""]) => yaml.trim());
    expect(recipes.length).toBeGreaterThan(3);
    expect(recipes.filter((recipe) => recipe.split("\n").length > 15)).toEqual([]);
  });
});

/** A call or field that people read: the message or the title of an annotation. */
const SHOWN = /createProblem\(\s*["\w.]+,|InputError\(|\.(?:warning|notice|error)\(|\btitle:(?=\s*"[A-Z])/
  .source;

/** The causes of the catalogue. Elsewhere a `cause` only groups problems. */
const CATALOGUE = "src/github/agent-tasks/problems.ts";

const TEXT = /\s*(["`])((?:\\.|(?!\1)[^\\])*)\1/.source;

/** The messages and titles in the source, each with its file. `…` stands for what is filled in. */
function findMessages(): { readonly file: string; readonly message: string }[] {
  return SOURCES.flatMap((file) => {
    const before = file === CATALOGUE ? `${SHOWN}|\\bcause:` : SHOWN;
    return [...read(file).matchAll(new RegExp(`(?:${before})${TEXT}`, "g"))].map(([, , text = ""]) => ({
      file,
      message: text.replace(/\$\{(?:[^{}`]|\{[^{}]*\}|`[^`]*`)*\}/g, "…"),
    }));
  });
}

/** `…` stands for any text. */
function toPattern(text: string): RegExp {
  return new RegExp(
    text
      .split("…")
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
      .join(".*"),
    "s",
  );
}

/** Whether a heading is this message or a piece of it, or this message with something filled in. */
function isAbout(heading: string, message: string): boolean {
  const [sentence = ""] = message.split(/\. /);
  return toPattern(heading).test(message) || toPattern(sentence.replace(/\.$/, "")).test(heading);
}

describe("docs/errors.md", () => {
  const titles = [...read("docs/errors.md").matchAll(/^Titles?: (.*)$/gm)].flatMap(([, line = ""]) =>
    [...line.matchAll(/\*\*([^*]+)\*\*/g)].map(([, title = ""]) => title),
  );
  const headings = [
    ...headingsOf("docs/errors.md").map((heading) => heading.replace(/ \([a-z_]+\)$/, "")),
    ...titles,
  ];

  it("has a heading for each message in the source", () => {
    const messages = findMessages();
    expect(messages.length).toBeGreaterThan(50);
    expect(messages.filter(({ message }) => !headings.some((heading) => isAbout(heading, message)))).toEqual(
      [],
    );
  });

  it("has a heading for each input that can be wrong", () => {
    // These take any text.
    const free = ["prompt", "model", "custom_agent", "matrix"];
    const inputs = ["action.yml", "status/action.yml", "list/action.yml"].flatMap((path) =>
      Object.keys((parse(read(path)) as { readonly inputs: object }).inputs),
    );
    const missing = inputs.filter(
      (input) =>
        !free.includes(input) && !headings.some((heading) => new RegExp(`\\b${input}\\b`).test(heading)),
    );
    expect(missing).toEqual([]);
  });
});
