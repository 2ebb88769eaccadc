/** What may be chosen beside the place of a break or the bars of a composition. */

import type { ApiError } from './api';

export const CHOICES = ['form', 'key', 'meter', 'range', 'scale', 'ending', 'max_leap', 'max_shared', 'n', 'seed'] as const;
export type Choice = (typeof CHOICES)[number];

/** An example of each, in the spelling that the server reads. */
export const EXAMPLES: Record<Choice, string> = {
  form: 'AABA',
  key: 'G major',
  meter: '3/4',
  range: 'C4-G5',
  scale: 'pentatonic',
  ending: '1,5',
  max_leap: '12',
  max_shared: '8',
  n: '8',
  seed: '0',
};
const NUMBERS: readonly Choice[] = ['max_leap', 'max_shared', 'n', 'seed'];
export const isNumber = (choice: Choice): boolean => NUMBERS.includes(choice);

export class Choices {
  /** As they were typed; what is empty is as usual. */
  values = $state<Partial<Record<Choice, string>>>({});
  /** What the server says of one that cannot be. */
  faults = $state<Partial<Record<Choice, string>>>({});
  isOpen = $state(false);

  constructor(readonly names: readonly Choice[]) {}

  get isUsual(): boolean {
    return CHOICES.every((name) => !this.values[name]?.trim());
  }

  reset(): void {
    [this.values, this.faults] = [{}, {}];
  }

  /** As a request has them. What is no number is sent as it is, for the server to say so. */
  asked(names: readonly Choice[] = this.names): Record<string, string | number> {
    const typed = names.map((name): [Choice, string] => [name, this.values[name]?.trim() ?? '']);
    return Object.fromEntries(
      typed.filter(([, text]) => text).map(([name, text]) => [name, isNumber(name) && /^\d{1,9}$/.test(text) ? Number(text) : text]),
    );
  }

  /** As a request had them. */
  restore(request: object): void {
    this.reset();
    for (const [name, value] of Object.entries(request)) {
      if (this.names.some((each) => each === name)) this.values[name as Choice] = String(value);
    }
    // A seed that is 0 is as usual.
    if (this.values.seed === '0') delete this.values.seed;
  }

  /** Show what is wrong beside its field; false where it is none of these. */
  blame(field: string, message: string): boolean {
    const name = this.names.find((each) => each === field);
    if (!name) return false;
    this.faults = { [name]: message };
    this.isOpen = true;
    return true;
  }

  blameFor(error: ApiError): boolean {
    return this.blame(error.field, error.message);
  }
}
