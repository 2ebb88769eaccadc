/** How the song is looked at; kept in the address, so that a reload shows the same. */

export const PICTURES = ['roll', 'notation', 'both'] as const;
export type Picture = (typeof PICTURES)[number];

export const ZOOMS = [12, 18, 26, 36, 50, 70, 100];
const USUAL_ZOOM = 3;

const isPicture = (word: string | null): word is Picture => PICTURES.some((each) => each === word);

export class View {
  picture = $state<Picture>('roll');
  zoom = $state(USUAL_ZOOM);
  /** Whether a variant's notation stands beside the song's. */
  isCompared = $state(false);
  /** Time at the left edge of the roll, in ticks. */
  left = $state(0);
  /** Whether the song of the address is there, with what was chosen in it. */
  isSettled = $state(false);

  constructor(address: URLSearchParams) {
    const [picture, zoom, left] = [address.get('view'), Number(address.get('zoom') ?? NaN), Number(address.get('left'))];
    if (isPicture(picture)) this.picture = picture;
    if (Number.isInteger(zoom) && zoom >= 0 && zoom < ZOOMS.length) this.zoom = zoom;
    if (Number.isFinite(left) && left > 0) this.left = Math.round(left);
  }

  next(): void {
    this.picture = PICTURES[(PICTURES.indexOf(this.picture) + 1) % PICTURES.length] ?? 'roll';
  }

  /** What differs from how a song is first shown. */
  write(address: URLSearchParams): void {
    if (this.picture !== 'roll') address.set('view', this.picture);
    if (this.zoom !== USUAL_ZOOM) address.set('zoom', String(this.zoom));
    if (this.left > 0) address.set('left', String(this.left));
  }
}
