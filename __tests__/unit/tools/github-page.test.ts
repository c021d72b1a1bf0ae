import { describe, expect, it } from "@jest/globals";
import { renderHtml, toHtml } from "../../../tools/github-page/render-html.ts";

const html = (markdown: string) => renderHtml(markdown, "comment").trim();

describe("Markdown on GitHub's page", () => {
  it.each([
    [
      "keeps what GitHub's page has",
      "<details open><summary>a</summary>b</details>",
      '<details open=""><summary>a</summary>b</details>',
    ],
    ["shows the tags of scripts as text", "<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"],
    ["drops other elements", "a<font>b</font>", "<p>ab</p>"],
    ["drops attributes", '<b onclick="x" class="y" title="z">b</b>', '<p><b title="z">b</b></p>'],
    ["drops addresses that are none", "[a](javascript:x)", "<p><a>a</a></p>"],
    ["links addresses", "https://a.test", '<p><a href="https://a.test">https://a.test</a></p>'],
    ["links people", "by @octocat", '<p>by <a href="https://github.com/octocat">@octocat</a></p>'],
    [
      "links issues",
      "see octo/app#1",
      '<p>see <a href="https://github.com/octo/app/issues/1">octo/app#1</a></p>',
    ],
    [
      "links commits",
      "at deadbeef",
      '<p>at <a href="https://github.com/octo/app/commit/deadbeef">deadbeef</a></p>',
    ],
    ["draws emoji", ":tada:", "<p><g-emoji>:tada:</g-emoji></p>"],
    ["leaves code alone", "`@octocat #1 :tada:`", "<p><code>@octocat #1 :tada:</code></p>"],
    [
      "leaves UUIDs alone",
      "deadbeef-0000-4000-8000-000000000001",
      "<p>deadbeef-0000-4000-8000-000000000001</p>",
    ],
    ["breaks lines of comments", "a\nb", "<p>a<br>b</p>"],
    [
      "names the language of a block",
      "```mermaid\na<b\n```",
      '<pre lang="mermaid"><code>a&lt;b</code></pre>',
    ],
  ])("%s", (_what, markdown, expected) => {
    expect(html(markdown)).toBe(expected);
  });

  it("has everything before GitHub's filter", () => {
    expect(toHtml("<script>x</script>", "summary")).toContain("<script>x</script>");
  });
});
