import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { ColorScheme } from "../manifest.ts";

const PACKAGES = join(import.meta.dirname, "../node_modules");

/** The only addresses that the browser gets an answer from. */
const PAGE_URL = "https://page.test/";
const MERMAID_URL = "https://page.test/mermaid.js";

const FONT = '-apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif';

/** What GitHub's pages look like around the content. Source: the variables of @primer/primitives. */
const COLORS: Readonly<Record<ColorScheme, Readonly<Record<"page" | "band" | "border" | "text", string>>>> = {
  light: { page: "#ffffff", band: "#f6f8fa", border: "#d1d9e0", text: "#1f2328" },
  dark: { page: "#0d1117", band: "#151b23", border: "#3d444d", text: "#f0f6fc" },
};

/** What a page tried that no summary may try. */
export interface Attempts {
  /** What scripts of the page passed to `tripwire()`. */
  readonly executed: readonly string[];
  /** Messages of dialogs. */
  readonly dialogs: readonly string[];
  /** Addresses that the page asked for, besides its own. */
  readonly requests: readonly string[];
  /** Errors that no script caught. */
  readonly errors: readonly string[];
}

/** What to open. */
export interface PageContent {
  readonly html: string;
  /** The line above the content. */
  readonly heading: string;
  /** The width of the window in CSS pixels. */
  readonly width: number;
}

/** An open page. */
export interface OpenPage {
  readonly page: Page;
  readonly attempts: Attempts;
  readonly close: () => Promise<void>;
}

/** Opens pages in one colour scheme. */
export interface Viewer {
  readonly open: (content: PageContent) => Promise<OpenPage>;
}

/** Starts a browser. @param path as from `findBrowser`. */
export async function launch(path: string): Promise<Browser> {
  // Loaded late, so that a script can answer --help before the package is installed.
  const { chromium } = await import("playwright-core");
  // The browser's sandbox does not work for root, nor in most containers. The pages are our own.
  return chromium.launch({ executablePath: path, chromiumSandbox: false });
}

/**
 * Prepares to open HTML as pages of GitHub's that have no content security policy. Scripts of a page run, if it has any.
 * The network is cut off. As on GitHub, diagrams are drawn by a page of their own.
 */
export async function createViewer(browser: Browser, scheme: ColorScheme): Promise<Viewer> {
  const mermaid = readFileSync(join(PACKAGES, "mermaid/dist/mermaid.min.js"), "utf8");
  const style = readFileSync(join(PACKAGES, `github-markdown-css/github-markdown-${scheme}.css`), "utf8");
  const load = async (width: number, document: string) => {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      deviceScaleFactor: 2,
      colorScheme: scheme,
      locale: "en-US",
      timezoneId: "UTC",
    });
    const attempts = { executed: [], dialogs: [], requests: [], errors: [] };
    await watch(
      context,
      new Map([
        [PAGE_URL, document],
        [MERMAID_URL, mermaid],
      ]),
      attempts,
    );
    const page = await context.newPage();
    await page.goto(PAGE_URL);
    return { page, attempts, close: () => context.close() };
  };
  const drawing = await load(1200, `<!doctype html><script src="${MERMAID_URL}"></script>`);
  await drawing.page.evaluate(initializeMermaid, scheme);
  return {
    open: async ({ html, heading, width }) => {
      const opened = await load(width, toDocument({ html, heading, style, colors: COLORS[scheme] }));
      const sources = await opened.page.locator("pre[lang=mermaid]").allTextContents();
      const diagrams: string[] = [];
      for (const [index, source] of sources.entries()) {
        diagrams.push(await drawing.page.evaluate(drawDiagram, { id: `diagram-${index}`, source }));
      }
      await opened.page.evaluate(insertDiagrams, diagrams);
      const both = (name: keyof Attempts) => [...opened.attempts[name], ...drawing.attempts[name]];
      return {
        ...opened,
        get attempts() {
          return {
            executed: both("executed"),
            dialogs: both("dialogs"),
            requests: both("requests"),
            errors: both("errors"),
          };
        },
      };
    },
  };
}

/** Answers some addresses, each once, refuses all others, and notes what a page tries. */
async function watch(
  context: BrowserContext,
  responses: Map<string, string>,
  attempts: { readonly [K in keyof Attempts]: string[] },
): Promise<void> {
  await context.exposeFunction("tripwire", (what: unknown) => void attempts.executed.push(String(what)));
  context.on("dialog", (dialog) => {
    attempts.dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  context.on("weberror", (error) => void attempts.errors.push(error.error().message));
  await context.route("**/*", async (route) => {
    const url = route.request().url();
    const body = responses.get(url);
    responses.delete(url);
    if (body === undefined) {
      attempts.requests.push(url);
      await route.abort();
    } else {
      const type = url === MERMAID_URL ? "text/javascript" : "text/html";
      await route.fulfill({ contentType: `${type}; charset=utf-8`, body });
    }
  });
}

/** What a page has from Mermaid's script. */
interface WithMermaid {
  readonly mermaid: {
    initialize(config: object): void;
    render(id: string, source: string): Promise<{ readonly svg: string }>;
  };
}

/** Runs in the browser. */
function initializeMermaid(scheme: ColorScheme): void {
  const { mermaid } = globalThis as unknown as WithMermaid;
  mermaid.initialize({
    startOnLoad: false,
    theme: scheme === "dark" ? "dark" : "default",
    // GitHub draws charts this wide, and then makes them as narrow as its column.
    gantt: { useWidth: 1200 },
  });
}

/** Runs in the browser. Gives a diagram as SVG, or the error as text. */
async function drawDiagram({
  id,
  source,
}: {
  readonly id: string;
  readonly source: string;
}): Promise<string> {
  const { mermaid } = globalThis as unknown as WithMermaid;
  try {
    return (await mermaid.render(id, source)).svg;
  } catch (error) {
    return String(error);
  }
}

/** Runs in the browser. Puts each diagram in the place of its source. */
function insertDiagrams(diagrams: readonly string[]): void {
  for (const [index, source] of [...document.querySelectorAll("pre[lang=mermaid]")].entries()) {
    const host = document.createElement("div");
    host.className = "diagram";
    // A shadow tree keeps GitHub's style sheet out of the diagram.
    host.attachShadow({ mode: "open" }).innerHTML = diagrams[index] ?? "";
    source.replaceWith(host);
  }
}

function toDocument({
  html,
  heading,
  style,
  colors,
}: Pick<PageContent, "html" | "heading"> & {
  readonly style: string;
  readonly colors: (typeof COLORS)[ColorScheme];
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${heading}</title>
<style>${style}</style>
<style>
  body { margin: 0; background: ${colors.page}; }
  .box { border: 1px solid ${colors.border}; border-radius: 6px; overflow: clip; }
  .box > h2 {
    margin: 0; padding: 8px 16px; background: ${colors.band}; border-bottom: 1px solid ${colors.border};
    color: ${colors.text}; font: 600 14px/24px ${FONT};
  }
  .box > .markdown-body { padding: 16px 24px 24px; }
  .diagram { margin-bottom: 16px; }
</style>
</head>
<body>
<div class="box">
<h2>${heading}</h2>
<article class="markdown-body">
${html}
</article>
</div>
</body>
</html>
`;
}
