/** What a page holds, as the browser sees it. */
export interface PageFacts {
  /** Every element of the content, with its depth and the names of its attributes. */
  readonly elements: readonly string[];
  /** The absolute addresses of the links. */
  readonly links: readonly string[];
  readonly diagrams: readonly DiagramFacts[];
  /** Elements whose content is wider than they are. */
  readonly overflowing: readonly string[];
  readonly text: string;
}

/** What a drawn diagram holds. */
export interface DiagramFacts {
  /** How many bars can be seen. */
  readonly bars: number;
  /** Elements that lead somewhere or load something. */
  readonly active: readonly string[];
  readonly text: string;
}

/** Runs in the browser, so it refers to nothing outside itself. Opens what is folded. */
export function inspectPage(): PageFacts {
  const content = document.querySelector(".markdown-body");
  if (content === null) {
    throw new Error("The page has lost its content.");
  }
  for (const folded of content.querySelectorAll("details")) {
    folded.open = true;
  }
  const all = [...content.querySelectorAll("*")];
  const depthOf = (element: Element): number => {
    const parent = element.parentElement;
    return parent === null || parent === content ? 0 : depthOf(parent) + 1;
  };
  const describe = (element: Element): string =>
    [`${" ".repeat(depthOf(element))}${element.localName}`, ...element.getAttributeNames().toSorted()].join(
      " ",
    );
  const inspectDiagram = (host: Element): DiagramFacts => {
    const root = host.shadowRoot;
    const frame = root?.querySelector("svg")?.getBoundingClientRect();
    const bars = [...(root?.querySelectorAll("svg rect.task") ?? [])].filter((bar) => {
      const { width, height, left, right, top, bottom } = bar.getBoundingClientRect();
      return (
        frame !== undefined &&
        width > 0 &&
        height > 0 &&
        left >= frame.left - 1 &&
        right <= frame.right + 1 &&
        top >= frame.top - 1 &&
        bottom <= frame.bottom + 1
      );
    });
    const active = root?.querySelectorAll(
      "a, audio, embed, foreignObject, iframe, image, img, object, script, use, video",
    );
    return {
      bars: bars.length,
      active: [...(active ?? [])].map(({ localName }) => localName),
      text: root?.textContent ?? "",
    };
  };
  const boxes = [document.documentElement, content, ...all].filter(
    // Inline elements have no width of their own. Lines of code do not wrap on GitHub: their block scrolls.
    ({ clientWidth, scrollWidth, localName }) =>
      clientWidth > 0 && scrollWidth > clientWidth && localName !== "pre",
  );
  return {
    elements: all.map(describe),
    links: [...content.querySelectorAll<HTMLAnchorElement>("a[href]")].map(({ href }) => href),
    diagrams: [...content.querySelectorAll(".diagram")].map(inspectDiagram),
    overflowing: boxes.map(
      (box) =>
        `${box.localName}, ${box.scrollWidth} of ${box.clientWidth} px: ${box.textContent?.trim().replace(/\s+/g, " ").slice(0, 60)}`,
    ),
    text: content.textContent ?? "",
  };
}
