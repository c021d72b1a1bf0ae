import type { Browser } from "playwright-core";
import { type PageKind, renderHtml, SERVER_URL, toHtml } from "../../github-page/render-html.ts";
import { findBrowser } from "../find-browser.ts";
import { COLOR_SCHEMES, type ColorScheme } from "../manifest.ts";
import { HOSTILE, PLAIN } from "../outside-text.ts";
import { runScene } from "../run-scene.ts";
import { CHECKED, type CheckedScene, createOutsideScene } from "../scenes.ts";
import { type Expected, findProblems, type PageProblem, PROBLEM_KINDS } from "./find-problems.ts";
import { inspectPage, type PageFacts } from "./inspect.ts";
import { type Attempts, createViewer, launch, type Viewer } from "./page.ts";

/**
 * Opens job summaries of the built action in Chromium, in light and dark: of one task, a failed one, forty, and one
 * with hostile text, whose comment it opens too. Exits with 1 if a chart is not drawn, something is executed or
 * loaded, an element or a link comes from outside text, or something is wider than GitHub's column. Where there is no
 * Chromium, it says so and exits with 0.
 */

/** The width of the column in which GitHub shows job summaries, in CSS pixels. */
const COLUMN_WIDTH = 1012;

/** The sites that our own words link, and the configured server. */
const ORIGINS = [SERVER_URL, "https://docs.github.com", "https://www.githubstatus.com"];

/** A page to open, and the one that differs in its words alone. */
interface CheckedPage extends Pick<CheckedScene, "charts" | "bars"> {
  readonly title: string;
  readonly html: string;
  readonly plainHtml: string | null;
}

const path = findBrowser();
if (path === null) {
  process.stdout.write("left out: no browser to open the summaries in. They were not checked.\n");
} else {
  await check(path);
}

async function check(browserPath: string): Promise<void> {
  const pages = await renderPages();
  const browser = await launch(browserPath);
  try {
    for (const scheme of COLOR_SCHEMES) {
      await checkIn(browser, scheme, pages);
    }
  } finally {
    await browser.close();
  }
}

async function checkIn(browser: Browser, scheme: ColorScheme, pages: readonly CheckedPage[]): Promise<void> {
  const viewer = await createViewer(browser, scheme);
  tell(`the check itself sees each kind of problem, ${scheme}`, await findBlindSpots(viewer));
  for (const { title, html, plainHtml, charts, bars } of pages) {
    const elements = plainHtml === null ? null : (await look(viewer, plainHtml)).facts.elements;
    const problems = await findProblemsOf(viewer, html, { charts, bars, elements, origins: ORIGINS });
    tell(
      `${title}, ${scheme}`,
      problems.map(({ kind, text }) => `${kind}: ${text}`),
    );
  }
}

async function renderPages(): Promise<readonly CheckedPage[]> {
  const hostile = createOutsideScene("hostile", HOSTILE);
  const written = await Promise.all(CHECKED.map(({ scene }) => runScene(scene)));
  const [outside, plain] = await Promise.all([
    runScene(hostile.scene),
    runScene(createOutsideScene("plain", PLAIN).scene),
  ]);
  for (const word of ["name", "error", "message"]) {
    if (!outside.summary.includes(word)) {
      throw new Error(`The summary has no ${word} from outside, so the check shows nothing about it.`);
    }
  }
  const render = (kind: PageKind, toPage: typeof toHtml) => ({
    html: toPage(outside[kind], kind),
    plainHtml: toPage(plain[kind], kind),
  });
  const { charts, bars } = hostile;
  return [
    ...CHECKED.map(({ scene, ...least }, index) => ({
      ...least,
      title: `the summary of ${scene.name}`,
      html: renderHtml(written[index]?.summary ?? "", "summary"),
      plainHtml: null,
    })),
    { title: "the summary with hostile text", charts, bars, ...render("summary", renderHtml) },
    { title: "the same without GitHub's filter of HTML", charts, bars, ...render("summary", toHtml) },
    { title: "the comment with hostile text", charts: 0, bars: 0, ...render("comment", renderHtml) },
    { title: "the comment without GitHub's filter", charts: 0, bars: 0, ...render("comment", toHtml) },
  ];
}

/** Opens a page that does all that a page must not do, and gives the kinds that go unnoticed. */
async function findBlindSpots(viewer: Viewer): Promise<readonly string[]> {
  // What hides itself has no width.
  const texts = HOSTILE.filter(({ text }) => !text.includes("<style>")).map(({ text }) => `<p>${text}</p>`);
  const html = `<pre lang="mermaid"><code>gantt\n    no chart</code></pre><p style="width: 2000px">wide</p>${texts.join("")}`;
  const problems = await findProblemsOf(viewer, html, {
    charts: 1,
    bars: 1,
    elements: ["p"],
    origins: ORIGINS,
  });
  return PROBLEM_KINDS.filter((kind) => !problems.some((problem) => problem.kind === kind));
}

async function findProblemsOf(
  viewer: Viewer,
  html: string,
  expected: Expected,
): Promise<readonly PageProblem[]> {
  const { facts, attempts } = await look(viewer, html);
  return findProblems(facts, attempts, expected);
}

async function look(
  viewer: Viewer,
  html: string,
): Promise<{ readonly facts: PageFacts; readonly attempts: Attempts }> {
  const opened = await viewer.open({ html, heading: "update summary", width: COLUMN_WIDTH });
  try {
    return { facts: await opened.page.evaluate(inspectPage), attempts: opened.attempts };
  } finally {
    await opened.close();
  }
}

function tell(title: string, problems: readonly string[]): void {
  process.stdout.write(`${problems.length === 0 ? "ok" : "FAILED"}: ${title}\n`);
  for (const problem of problems) {
    process.exitCode = 1;
    process.stdout.write(`  ${problem}\n`);
  }
}
