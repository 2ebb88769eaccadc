"""The studio in a real browser, listened to: what goes out is recorded and measured."""

from __future__ import annotations

import base64
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.studio.browsers import axe_findings, no_troubles
from tests.studio.pages import enter, settled

from clinamen.studio._app import SOUNDS

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page, Route
    from tests.studio.running import Running

OURS = SOUNDS / "clinamen.sf2"
PACKED = Path(__file__).parents[1] / "golden" / "studio" / "a4.ogg"
RATE = 48_000
TAP = """
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...rest) {
  if (to instanceof AudioDestinationNode && this.context instanceof AudioContext) {
    window.tap = new AnalyserNode(this.context, { fftSize: 16384 });
    connect.call(this, window.tap);
  }
  return connect.call(this, to, ...rest);
};
window.gains = [];
const glide = AudioParam.prototype.setTargetAtTime;
AudioParam.prototype.setTargetAtTime = function (value, time, constant) {
  if (constant === 0.02) window.gains.push(value);
  return glide.call(this, value, time, constant);
};
window.rendered = [];
const render = OfflineAudioContext.prototype.startRendering;
OfflineAudioContext.prototype.startRendering = async function () {
  const buffer = await render.call(this);
  window.rendered.push(buffer.getChannelData(0));
  return buffer;
};
"""
HEARD = """() => {
  const heard = new Float32Array(window.tap.fftSize);
  window.tap.getFloatTimeDomainData(heard);
  return [window.tap.context.sampleRate, ...heard];
}"""
LOUD = """() => {
  if (!window.tap) return false;
  const heard = new Float32Array(window.tap.fftSize);
  window.tap.getFloatTimeDomainData(heard);
  return heard.every((x, i) => i % 2048 || heard.slice(i, i + 2048).some(y => Math.abs(y) > 0.004));
}"""
SILENT = LOUD.replace("heard.every", "!heard.some").replace("i % 2048 ||", "i % 2048 === 0 &&")
numbers = iter(range(1000))


@pytest.fixture
def visit(running: Running, context: BrowserContext) -> Page:
    """The page with three long notes on A4, of 2 seconds each."""
    tune = f"X:1\nT:A {next(numbers)}\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\nA4|A4|A4|]\n"
    with running.client() as client:
        headers = {"X-File-Name": "a.abc"}
        song = client.post("/api/files", content=tune.encode(), headers=headers).json()["id"]
    page = context.new_page()
    page.add_init_script(TAP)
    enter(running, page, song)
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def chosen(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Sound", exact=True)


def sound_of(page: Page) -> tuple[float, NDArray[np.float64]]:
    """What goes out once it has sounded for as long as is measured: its rate, and samples."""
    page.wait_for_function(LOUD)
    rate, *heard = page.evaluate(HEARD)
    return rate, np.array(heard)


def cents_from_a4(rate: float, heard: NDArray[np.float64]) -> float:
    """How far the peak near 440 Hz is from it, by a parabola through the logarithms around it."""
    power = np.log(np.abs(np.fft.rfft(heard * np.hanning(len(heard)))) + 1e-12)
    low, high = round(400 * len(heard) / rate), round(480 * len(heard) / rate)
    top = low + int(np.argmax(power[low:high]))
    left, here, right = power[top - 1 : top + 2]
    place = top + 0.5 * (left - right) / (left - 2 * here + right)
    return float(1200 * np.log2(place * rate / len(heard) / 440))


def test_each_sound_plays_in_tune_and_stops_at_once(visit: Page) -> None:
    asked: list[str] = []
    visit.on("request", lambda request: asked.append(request.url))
    with no_troubles(visit):
        chosen(visit).select_option("piano")
        # Nothing of it is loaded, and no sound asked for, before it is to be heard.
        assert visit.evaluate("window.nContexts") == 0
        # What the page itself asks for as it opens may still be under way.
        assert [url for url in asked if "sf2" in url or "/api/" not in url] == []
        for sound in ("piano", "guitar", "flute", "strings", "organ", "simple"):
            chosen(visit).select_option(sound)
            press(visit, "Play")
            rate, heard = sound_of(visit)
            assert abs(cents_from_a4(rate, heard)) < 5, sound
            assert np.abs(heard).max() < 1
            press(visit, "Pause")
            visit.wait_for_function(SILENT)
            press(visit, "To the beginning")
        assert visit.evaluate("window.nContexts") == 1
    assert sum("sf2" in url for url in asked) == 1


def test_the_choice_is_kept_and_changes_while_it_plays(visit: Page) -> None:
    with no_troubles(visit):
        chosen(visit).select_option("organ")
        visit.reload()
        visit.wait_for_selector(".note.c0")
        assert chosen(visit).input_value() == "organ"
        press(visit, "Play")
        sound_of(visit)
        chosen(visit).select_option("flute")
        visit.wait_for_function(
            "() => document.querySelector('.place').textContent.includes('Bar 3')"
        )
        rate, heard = sound_of(visit)
        assert abs(cents_from_a4(rate, heard)) < 5
        # The organ's fourth drawbar is strong; a flute has little of it.
        power = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
        strength = [
            power[round(k * 440 * len(heard) / rate) + np.arange(-4, 5)].max() for k in (1, 4)
        ]
        assert strength[1] < 0.2 * strength[0]


def open_own(page: Page, name: str, data: bytes) -> None:
    press(page, "Own SoundFont")
    give(page, name, data)


def give(page: Page, name: str, data: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator("dialog[open] input[type=file]").set_input_files([file])  # type: ignore[list-item]


def test_a_font_of_ones_own_stays_in_the_browser(visit: Page) -> None:
    sent: list[str] = []
    visit.on("request", lambda request: sent.append(request.method))
    with no_troubles(visit):
        open_own(visit, "my own.sf2", OURS.read_bytes())
        visit.wait_for_selector("dialog[open] strong:has-text('my own.sf2')")
        assert axe_findings(visit) == {}
        visit.keyboard.press("Escape")
        assert set(sent) == {"GET"}
        visit.locator("optgroup[label='my own.sf2']").wait_for(state="attached")
        chosen(visit).select_option("own:0:73")
        visit.reload()
        visit.wait_for_selector(".note.c0")
        visit.wait_for_selector("optgroup", state="attached")
        assert chosen(visit).input_value() == "own:0:73"
        press(visit, "Play")
        assert abs(cents_from_a4(*sound_of(visit))) < 5
        press(visit, "Own SoundFont")
        press(visit, "Forget it")
        visit.wait_for_selector("dialog[open] strong", state="detached")
        visit.reload()
        visit.wait_for_selector(".note.c0")
        assert visit.locator("optgroup").count() == 0
        assert chosen(visit).input_value() == "simple"


def packed_font() -> bytes:
    """A SoundFont 3: one instrument on one sample that is packed as Ogg Vorbis."""
    ogg = PACKED.read_bytes()
    pcm = ogg + bytes(len(ogg) % 2)

    def chunk(name: bytes, data: bytes) -> bytes:
        return name + struct.pack("<I", len(data)) + data

    def name(text: bytes) -> bytes:
        return text.ljust(20, b"\0")

    shdr = struct.pack("<5IBbHH", 0, len(ogg), 2000, 2000 + 50 * 100, 22000, 69, 0, 0, 0x11)
    lists = [
        (b"phdr", name(b"Packed") + struct.pack("<3H3I", 4, 0, 0, 0, 0, 0)
                  + name(b"EOP") + struct.pack("<3H3I", 0, 0, 1, 0, 0, 0)),
        (b"pbag", struct.pack("<4H", 0, 0, 1, 0)),
        (b"pmod", bytes(10)),
        (b"pgen", struct.pack("<4H", 41, 0, 0, 0)),
        (b"inst", name(b"Packed") + struct.pack("<H", 0) + name(b"EOI") + struct.pack("<H", 1)),
        (b"ibag", struct.pack("<4H", 0, 0, 2, 0)),
        (b"imod", bytes(10)),
        (b"igen", struct.pack("<6H", 54, 1, 53, 0, 0, 0)),
        (b"shdr", name(b"a4") + shdr + name(b"EOS") + bytes(26)),
    ]  # fmt: skip
    body = b"sfbk"
    body += chunk(b"LIST", b"INFO" + chunk(b"ifil", struct.pack("<HH", 3, 1)))
    body += chunk(b"LIST", b"sdta" + chunk(b"smpl", pcm))
    body += chunk(b"LIST", b"pdta" + b"".join(chunk(*each) for each in lists))
    return chunk(b"RIFF", body)


def test_a_packed_font_is_unpacked_by_the_browser(visit: Page) -> None:
    with no_troubles(visit):
        open_own(visit, "packed.sf3", packed_font())
        visit.wait_for_selector("dialog[open] strong:has-text('packed.sf3')")
        visit.keyboard.press("Escape")
        assert chosen(visit).input_value() == "own:0:4"
        press(visit, "Play")
        assert abs(cents_from_a4(*sound_of(visit))) < 5


def test_a_broken_font_is_refused_with_one_line(visit: Page) -> None:
    line = "This file is no SoundFont that can be played (.sf2, .sf3)."
    broken = [b"", b"RIFF\x20\0\0\0sfbkLIST and no more", OURS.read_bytes()[:90_000]]
    with no_troubles(visit):
        for data in broken:
            open_own(visit, "broken.sf2", data)
            visit.wait_for_selector(f"dialog[open] .hint:has-text('{line}')")
            assert visit.locator("dialog[open] strong").count() == 0
            assert visit.locator(".said").inner_text() == "", "it is told once"
            visit.keyboard.press("Escape")
            visit.get_by_text(line).wait_for(state="detached")
        press(visit, "Play")
        sound_of(visit)


def test_a_font_is_dropped_on_the_page_and_too_large_a_one_is_not_read(visit: Page) -> None:
    drop = """([name, text, size]) => {
      const given = new DataTransfer();
      const data = Uint8Array.from(atob(text), c => c.charCodeAt(0));
      given.items.add(new File([data, new Uint8Array(size)], name));
      const options = { dataTransfer: given, bubbles: true, cancelable: true };
      window.dispatchEvent(new DragEvent('drop', options));
    }"""
    with no_troubles(visit):
        data = base64.b64encode(OURS.read_bytes()).decode()
        visit.evaluate(drop, ["dropped.SF2", data, 0])
        visit.wait_for_selector("optgroup[label='dropped.SF2']", state="attached")
        visit.evaluate(drop, ["large.sf2", data, 64 * 2**20])
        visit.wait_for_selector(".said:has-text('at most 64 MiB')")
        assert visit.locator("optgroup").get_attribute("label") == "dropped.SF2"
        # What was said is said no more once something is chosen.
        chosen(visit).select_option("organ")
        visit.wait_for_selector(".said", state="hidden")


def test_where_the_font_does_not_come_the_simple_one_plays(visit: Page) -> None:
    def missing(route: Route) -> None:
        route.fulfill(status=404)

    visit.route("**/sounds/*", missing)
    chosen(visit).select_option("piano")
    press(visit, "Play")
    visit.wait_for_selector(".said:has-text('could not be loaded; the simple synth plays')")
    assert abs(cents_from_a4(*sound_of(visit))) < 5
    assert chosen(visit).input_value() == "simple"
    # It was chosen all the same, and is there again when it comes.
    visit.unroute("**/sounds/*")
    visit.reload()
    visit.wait_for_selector(".note.c0")
    assert chosen(visit).input_value() == "piano"


def loudness(sound: NDArray[np.float64]) -> float:
    """Of ITU-R BS.1770, with its filters as what they do to each frequency."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(2 * len(sound)))
    response = np.polyval([1.19839281085285, -2.69169618940638, 1.53512485958697], turn)
    response /= np.polyval([0.73248077421585, -1.69065929318241, 1], turn)
    response *= np.polyval([1, -2, 1], turn)
    response /= np.polyval([0.99007225036621, -1.99004745483398, 1], turn)
    weighted = np.fft.irfft(np.fft.rfft(sound, 2 * len(sound)) * response)[: len(sound)]
    hop = RATE // 10
    hops = (weighted[: len(sound) // hop * hop].reshape(-1, hop) ** 2).mean(axis=1)
    blocks = np.convolve(hops, np.full(4, 0.25), "valid")
    blocks = blocks[-0.691 + 10 * np.log10(blocks + 1e-20) > -70]
    blocks = blocks[blocks > blocks.mean() / 10]
    return float(-0.691 + 10 * np.log10(blocks.mean()))


def renderings(page: Page) -> list[NDArray[np.float64]]:
    texts: Any = page.evaluate("""() => window.rendered.map(sound => {
      const bytes = new Uint8Array(sound.buffer);
      let text = '';
      for (let i = 0; i < bytes.length; i += 8192)
        text += String.fromCharCode(...bytes.subarray(i, i + 8192));
      return btoa(text);
    })""")
    return [np.frombuffer(base64.b64decode(text), "<f4").astype(float) for text in texts]


@pytest.mark.parametrize("sound", ["simple", "organ"])
def test_what_is_compared_is_as_loud_as_it_measures(visit: Page, sound: str) -> None:
    """Two octaves up is another loudness; the gain is what makes up for it."""
    chosen(visit).select_option(sound)
    for index in range(3):
        visit.locator(".note").nth(index).click()
        for _ in range(2):
            visit.keyboard.press("Shift+ArrowUp")
            settled(visit)
    press(visit, "Play")
    sound_of(visit)
    press(visit, "Pause")
    assert visit.evaluate("window.rendered.length") == 0
    press(visit, "History")
    visit.locator(".history .row:not([aria-current])").last.click()
    visit.wait_for_function("() => window.rendered.length === 2 && window.gains.at(-1) !== 0.8")
    here, there = sorted((loudness(each) for each in renderings(visit)), reverse=True)
    trim = visit.evaluate("window.gains.at(-1)") / 0.8
    assert here - there > 1
    assert abs(abs(20 * np.log10(trim)) - min(here - there, 20 * np.log10(2))) < 0.05
