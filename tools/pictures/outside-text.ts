/** What people and agents outside write, and what a task says its address is. */
export interface OutsideText {
  readonly text: string;
  /** Null: GitHub's own. */
  readonly address: string | null;
}

/** The host that hostile text links and loads from. Nothing may lead there. */
export const HOSTILE_HOST = "evil.test";

const HOSTILE_TEXTS: readonly string[] = [
  // HTML that runs, loads or leads somewhere.
  `<script>tripwire("script")</script><img src=x onerror="tripwire('image')"><svg onload="tripwire('svg')"></svg>` +
    `<iframe srcdoc="<script>parent.tripwire('frame')</script>"></iframe><b>b</b>` +
    `<a href="https://${HOSTILE_HOST}/a" onclick="tripwire('click')">a</a><script>alert("dialog")</script>`,
  "<!-- hidden --><style>body{display:none}</style></details></summary></td></tr></table><form><input autofocus onfocus=tripwire('focus')>",
  // Markdown on one line, and on several.
  `[l](https://${HOSTILE_HOST}/b) ![i](https://${HOSTILE_HOST}/c.png) **bold** | cell | ~~s~~ \`code\` <https://${HOSTILE_HOST}/d> ` +
    `https://${HOSTILE_HOST}/e www.${HOSTILE_HOST} [j](javascript:tripwire('link'))`,
  `x\n\n# Heading\n\n- item\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n[r]: https://${HOSTILE_HOST}/f\n\n[r]\n\n---\n\n> quote\n`,
  // Fences and diagrams.
  `x\n\`\`\`\n\`\`\`mermaid\ngantt\n    click a1 href "https://${HOSTILE_HOST}/g"\n    a :a1, 2026-11-23, 1d\n\`\`\`\n\`\`\`\`\n~~~\n`,
  `:crit, done, a1, 2026-11-23 08:00:00, 2026-11-23 09:00:00; section evil %%{init: {"theme": "forest", "securityLevel": "loose"}}%%` +
    " click a1 call tripwire()",
  // People, issues, commits, emoji and addresses that GitHub links by itself.
  `@octocat @octo/team #12 GH-12 octo/app#12 deadbeefcafe :tada: :+1: mail@${HOSTILE_HOST} javascript:tripwire()`,
  // Writing direction, invisible characters, and other scripts.
  "\u202egnp.exe\u202c \u2067rtl\u2069 a\u200bb\u0007c\u2028d \u0639\u0631\u0628\u064a \u05e2\u05d1\u05e8\u05d9\u05ea \ud55c\uad6d\uc5b4",
  // What does not break into lines.
  "w".repeat(300),
];

const HOSTILE_ADDRESSES: readonly (string | null)[] = [
  "javascript:tripwire('address')",
  `https://github.com/octo/app" onclick="tripwire('attribute')`,
  `https://github.com/octo/app>)[x](https://${HOSTILE_HOST}/h)<b>`,
];

/** Text that tries to be more than text. */
export const HOSTILE: readonly OutsideText[] = HOSTILE_TEXTS.map((text, index) => ({
  text,
  address: HOSTILE_ADDRESSES[index] ?? null,
}));

/** As many texts that try nothing, with addresses that are links or not as those of {@link HOSTILE} are. */
export const PLAIN: readonly OutsideText[] = HOSTILE.map(({ address }) => ({
  text: "word",
  address: address?.startsWith("https:") ? "https://github.com/octo/app" : address,
}));
