/** Light or dark, as the page around is: each notebook says it in its own way, all of them paint. */

const OPAQUE = 0.5;

/** Whether an element stands on something dark. */
export function isOnDark(element: Element): boolean {
  for (let each: Element | null = element; each; each = parentOf(each)) {
    const [red = 0, green = 0, blue = 0, alpha = 1] = channels(getComputedStyle(each).backgroundColor);
    if (alpha < OPAQUE) continue;
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128;
  }
  // Nobody painted: the canvas follows the page's own scheme.
  const scheme = getComputedStyle(element.ownerDocument.documentElement).colorScheme;
  if (!scheme.includes('dark')) return false;
  return !scheme.includes('light') || matchMedia('(prefers-color-scheme: dark)').matches;
}

function parentOf(element: Element): Element | null {
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

// Colours that are not written as rgb() come from nobody we know; they count as see-through.
function channels(color: string): number[] {
  const numbers = /^rgba?\(/.test(color) ? (color.match(/[\d.]+/g) ?? []).map(Number) : [];
  return numbers.length >= 3 ? numbers : [0, 0, 0, 0];
}

/** Tell now, and whenever the page around may have changed. */
export function watchTheme(element: Element, tell: (isDark: boolean) => void): () => void {
  const look = (): void => tell(isOnDark(element));
  const observer = new MutationObserver(look);
  const document = element.ownerDocument;
  for (const each of [document.documentElement, document.body]) observer.observe(each, { attributes: true });
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', look);
  look();
  return () => {
    observer.disconnect();
    system.removeEventListener('change', look);
  };
}
