/** Light or dark: as the system has it, or as it was chosen here. */

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEPT_AS = 'clinamen.theme';

const kept = localStorage.getItem(KEPT_AS);
const first = THEMES.find((each) => each === kept) ?? 'auto';
let current = $state<Theme>(first);
document.documentElement.dataset['theme'] = first;

export const theme = {
  get now(): Theme {
    return current;
  },
  set now(chosen: Theme) {
    current = chosen;
    localStorage.setItem(KEPT_AS, chosen);
    document.documentElement.dataset['theme'] = chosen;
  },
};
