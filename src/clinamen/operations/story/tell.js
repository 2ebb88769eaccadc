"use strict";
{
  const frequency = (pitch) => 440 * 2 ** ((pitch - 69) / 12);
  const rows = (text) => (text ? text.split(",").map((row) => row.split(" ")) : []);
  const AHEAD = 1.5;
  let context = null;
  let playing = null;

  const sound = (out, pitch, start, seconds, level) => {
    const gain = new GainNode(context, { gain: 0 });
    const source = new OscillatorNode(context, { frequency: frequency(pitch), type: "triangle" });
    const end = start + Math.max(seconds - 0.02, 0.05);
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(level, start + 0.01);
    gain.gain.setTargetAtTime(level * 0.45, start + 0.01, 0.35);
    gain.gain.setTargetAtTime(0, end, 0.04);
    source.connect(gain).connect(out);
    source.start(start);
    source.stop(end + 0.3);
  };

  const events = (data) => {
    const found = rows(data.notes).map(([at, long, pitch]) => [+at, +long, [+pitch], 0.3]);
    for (const [at, long, bass, tones] of rows(data.chords)) {
      const keys = tones.split(".").map((tone) => (+tone >= 7 ? 48 : 60) + +tone);
      found.push([+at, +long, keys, 0.06]);
      if (+bass >= 0) found.push([+at, +long, [36 + +bass], 0.12]);
    }
    return found.sort((a, b) => a[0] - b[0]);
  };

  const stop = () => {
    if (!playing) return;
    const { button, out, timer, head } = playing;
    clearInterval(timer);
    out.gain.setTargetAtTime(0, context.currentTime, 0.02);
    setTimeout(() => out.disconnect(), 300);
    head?.setAttribute("visibility", "hidden");
    button.textContent = button.dataset.play;
    button.setAttribute("aria-label", button.dataset.playLabel);
    playing = null;
  };

  const step = () => {
    const { button, list, begun, head, out } = playing;
    const now = context.currentTime - begun;
    while (playing.next < list.length && list[playing.next][0] / 1000 < now + AHEAD) {
      const [at, long, keys, level] = list[playing.next++];
      const start = Math.max(begun + at / 1000, context.currentTime);
      for (const key of keys) sound(out, key, start, long / 1000, level);
    }
    const share = Math.max(now, 0) * 1000 / button.dataset.ms;
    const { from, to } = button.dataset;
    head?.setAttribute("transform", `translate(${+from + Math.min(share, 1) * (to - from)} 0)`);
    if (share > 1) stop();
  };

  const play = async (button) => {
    stop();
    context ??= new AudioContext();
    const out = new GainNode(context, { gain: 0.8 });
    out.connect(context.destination);
    const head = button.closest("figure")?.querySelector(".playhead");
    head?.setAttribute("visibility", "visible");
    const list = events(button.dataset);
    playing = { button, out, head, list, next: 0, begun: context.currentTime + 0.1, timer: 0 };
    button.textContent = button.dataset.stop;
    button.setAttribute("aria-label", button.dataset.stopLabel);
    const mine = playing;
    await context.resume();
    if (playing !== mine) return;
    playing.begun = context.currentTime + 0.1;
    playing.timer = setInterval(step, 40);
  };

  for (const button of document.querySelectorAll("button[data-notes]")) {
    button.hidden = false;
    button.addEventListener("click", () => (playing?.button === button ? stop() : play(button)));
  }
  document.addEventListener("keydown", (event) => event.key === "Escape" && stop());
}
