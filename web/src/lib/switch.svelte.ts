/** Something that is off until it is switched on in this browser, which remembers it. */

export class Switch {
  private now = $state(false);

  constructor(private readonly keptAs: string) {
    this.now = localStorage.getItem(keptAs) === 'on';
  }

  get isOn(): boolean {
    return this.now;
  }

  set isOn(isOn: boolean) {
    this.now = isOn;
    if (isOn) localStorage.setItem(this.keptAs, 'on');
    else localStorage.removeItem(this.keptAs);
  }
}
