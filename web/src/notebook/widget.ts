/** What anywidget loads: one file, which fetches nothing. */

import palette from '../roll/palette.css?inline';
import roll from '../roll/roll.css?inline';
import why from '../roll/why.css?inline';
import own from './notebook.css?inline';
import { h } from './dom';
import { watchTheme } from './theme';
import { SongView, type Model } from './view';

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  // In a tree of its own, so that the notebook's styles stay out and these stay in.
  const host = h('div');
  // JupyterLab would take keys for its own: A for a cell above, D D to delete one.
  host.setAttribute('data-lm-suppress-shortcuts', 'true');
  for (const kind of ['keydown', 'keypress', 'keyup']) host.addEventListener(kind, (event) => event.stopPropagation());
  const root = host.attachShadow({ mode: 'open' });
  const view = new SongView(model);
  root.append(h('style', {}, palette, roll, why, own), view.element);
  el.append(host);
  const unwatch = watchTheme(host, (isDark) => host.setAttribute('data-theme', isDark ? 'dark' : 'light'));
  return () => {
    unwatch();
    view.close();
    host.remove();
  };
}

export default { render };
