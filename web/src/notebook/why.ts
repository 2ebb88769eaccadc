/** The panel: why a note or a chord cost what it did. */

import { colorClass } from '../roll/geometry';
import { withSigns, withSignsIn } from '../roll/model';
import type { Hearing, Why, WhyPart } from '../roll/read';
import { svg } from '../roll/svg';
import { button, h } from './dom';
import { LANGUAGE, decimal, percent, position, t } from './texts';

const N_REASONS = 4;
const LEAST_BITS = 0.05;
const BAR = 110;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const english = (text: string): HTMLParagraphElement => h('p', { lang: 'en' }, text);

export function whyOf(heading: string, place: string, why: Why): Node[] {
  const nodes: Node[] = [h('p', { class: 'event' }, h('strong', {}, heading), ' ', h('span', {}, place))];
  if (why.sentence) nodes.push(english(`${capital(why.sentence)}.`));
  nodes.push(...why.parts.map((part, index) => partOf(part, index > 0)));
  if (LANGUAGE !== 'en') nodes.push(h('p', { class: 'hint' }, t('english_only')));
  return nodes;
}

function partOf(part: WhyPart, isMinor: boolean): HTMLElement {
  const bits = t('why_bits', { bits: part.bits === null ? '∞' : decimal(part.bits) });
  const heading = h(
    'h3',
    {},
    h('span', { class: `swatch ${colorClass(part.bits ?? 99)}` }),
    t(`why_${part.target}`),
    h('span', { class: 'figure' }, bits),
  );
  const reasons = part.reasons.filter((each) => each.bits > LEAST_BITS && each.text).slice(0, N_REASONS);
  const section = h('div', { class: isMinor ? 'part minor' : 'part' }, heading, english(withSignsIn(part.sentence)));
  section.append(choicesOf(part));
  if (reasons.length) section.append(reasonsOf(reasons));
  return section;
}

function choicesOf(part: WhyPart): HTMLTableElement {
  const entropy = t('why_entropy', { bits: decimal(part.entropy) });
  const caption = h('caption', {}, `${t('why_expected')} `, h('span', {}, `(${entropy})`));
  const isListed = part.choices.some(([name]) => name === part.came[0]);
  const rows = (isListed ? part.choices : [...part.choices, part.came]).map(([name, share]) =>
    choiceOf(name, share, name === part.came[0]),
  );
  return h('table', { class: 'choices' }, caption, h('tbody', {}, ...rows));
}

function choiceOf(name: string, share: number, hasCome: boolean): HTMLTableRowElement {
  const bar = svg('svg', { width: BAR, height: 9, 'aria-hidden': 'true' });
  bar.append(svg('rect', { class: 'share', width: Math.max(BAR * share, 1), height: 9, rx: 2 }));
  const spoken = hasCome ? h('span', { class: 'hidden' }, `, ${t('why_came')}`) : null;
  return h(
    'tr',
    hasCome ? { class: 'came' } : {},
    h('th', { scope: 'row' }, withSigns(name), spoken),
    h('td', {}, bar),
    h('td', { class: 'number' }, percent(share)),
  );
}

function reasonsOf(reasons: WhyPart['reasons']): HTMLDetailsElement {
  const items = reasons.map((each) => {
    const memory = t(each.memory === 'this song' ? 'memory_song' : 'memory_past');
    const weight = `+${decimal(each.bits)} ${t('why_reasons_bits')} · ${memory}`;
    const text = `${capital(withSignsIn(each.text))}.`;
    return h('li', {}, h('span', { class: 'weight' }, weight), h('span', { lang: 'en' }, text));
  });
  return h('details', {}, h('summary', {}, t('why_reasons')), h('ul', {}, ...items));
}

/** What the panel says before anything is chosen: what stands out, and what would come next. */
export function invitation(hearing: Hearing, choose: (note: number) => void): Node[] {
  const nodes: Node[] = [h('p', { class: 'hint' }, t('why_empty'))];
  if (hearing.remarks.length) {
    const items = hearing.remarks.map(({ note }) => {
      const place = position(hearing.bars[note] ?? 0, hearing.beats[note] ?? 0);
      const item = button('', () => choose(note), { class: 'remark' });
      item.append(h('strong', {}, withSigns(hearing.names[note] ?? '')), ` ${place}`);
      return h('li', {}, item);
    });
    nodes.push(h('p', {}, t('why_first')), h('ol', { class: 'remarks' }, ...items));
  }
  if (hearing.continuation) nodes.push(h('h3', {}, t('next')), english(withSignsIn(hearing.continuation)));
  return nodes;
}
